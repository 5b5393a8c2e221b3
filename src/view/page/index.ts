/** A graph on a page of one's own: made by `contentsOf`, shown by an `Inspector`. */
export { Inspector } from './inspector.ts'
export { listenToKeys } from './keys.ts'
export { Layouter } from './layouter.ts'
export { themeButton } from './theme.ts'
export { SteadyLayout } from '../steady.ts'
