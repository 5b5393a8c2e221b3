declare module 'virtual:colours.css' {}
declare module 'virtual:opening' {
  import type { Contents } from 'chainrule/view'
  const contents: Contents
  export default contents
}
