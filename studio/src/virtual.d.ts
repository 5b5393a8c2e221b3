declare module 'virtual:colours.css' {}
declare module 'virtual:opening' {
  import type { Contents } from 'chainrule/view'
  const contents: Contents
  export default contents
}
declare module 'virtual:names' {
  import type { Names } from '../../scripts/names.ts'
  const names: Names
  export default names
}
declare module 'virtual:readme' {
  const programs: readonly { readonly name: string; readonly code: string }[]
  export default programs
}
declare module 'virtual:sandbox' {
  /** The addresses of what a sandbox is made from. */
  const files: Readonly<Record<'program' | 'graphs' | 'plots', string>>
  export default files
}
