/** The colours of pictures as variables for a whole page, and who chooses them: the reader, else the system. */
import { dark, declared, light, variables } from '../src/view/palette.ts'
import { rulesOf } from '../src/view/style.ts'

const [day, night] = [
  `color-scheme:light;${declared(light)}`,
  `color-scheme:dark;${declared(dark)}`,
]

/** With the rules that drawings on such a page need. */
export const colours: string =
  `:root{${day}}:root[data-theme=dark]{${night}}` +
  `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${night}}}` +
  rulesOf(variables)
