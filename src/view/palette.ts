/** The colours of pictures: one set for light surroundings, one for dark; names say what is painted. */
export interface Palette {
  readonly paper: string
  readonly ink: string
  /** Words such as `data`, notes, contents of groups. */
  readonly quiet: string
  readonly edge: string
  readonly box: string
  readonly boxLine: string
  readonly leaf: string
  readonly leafLine: string
  readonly parameter: string
  readonly parameterLine: string
  readonly op: string
  readonly opLine: string
  readonly opInk: string
  readonly grad: string
  readonly group: string
  readonly groupLine: string
  readonly frame: string
  readonly frameLine: string
}

export const light: Palette = {
  paper: '#ffffff',
  ink: '#1d2433',
  quiet: '#667085',
  edge: '#98a2b3',
  box: '#f8f9fb',
  boxLine: '#c3cad6',
  leaf: '#eef7f0',
  leafLine: '#9fcbab',
  parameter: '#fdf5e4',
  parameterLine: '#dfc286',
  op: '#e8eefc',
  opLine: '#8fa8e6',
  opInk: '#2a4299',
  grad: '#8a3a86',
  group: '#f1f0fb',
  groupLine: '#b3aee0',
  frame: '#fafaff',
  frameLine: '#d9d7ee',
}

export const dark: Palette = {
  paper: '#14181f',
  ink: '#e6e9ef',
  quiet: '#98a2b3',
  edge: '#667085',
  box: '#1c222c',
  boxLine: '#3d4757',
  leaf: '#1a2a20',
  leafLine: '#41704e',
  parameter: '#2d2616',
  parameterLine: '#7d6530',
  op: '#1e2a4a',
  opLine: '#4d68b3',
  opInk: '#b9caff',
  grad: '#e3a6df',
  group: '#24223a',
  groupLine: '#5d5799',
  frame: '#181b26',
  frameLine: '#353350',
}

export type Theme = 'auto' | 'light' | 'dark'

const names = Object.keys(light) as (keyof Palette)[]
const variable = (name: string): string =>
  `--cr-${name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`
/** The colours as variables of a style sheet, for `variables` to read. */
export const declared = (palette: Palette): string =>
  names.map((name) => `${variable(name)}:${palette[name]}`).join(';')

/** Each colour read from its variable. */
export const variables: Palette = Object.fromEntries(
  names.map((name) => [name, `var(${variable(name)})`]),
) as unknown as Palette

/** How a palette is written into a style sheet: 'auto' follows the reader's light or dark mode. */
export function themed(theme: Theme): { readonly palette: Palette; readonly declarations: string } {
  if (theme !== 'auto') return { palette: theme === 'dark' ? dark : light, declarations: '' }
  return {
    palette: variables,
    declarations:
      `.chainrule{${declared(light)}}` +
      `@media (prefers-color-scheme:dark){.chainrule{${declared(dark)}}}`,
  }
}
