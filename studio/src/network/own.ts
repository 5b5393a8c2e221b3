/** Data of the reader's own: points clicked into the plane, and CSV files. */
import { parseCsv } from 'chainrule/data'
import { longestOwnName, type OwnData } from '../share/state.ts'
import { clickedName } from './data.ts'

/** Rows that a page takes; more is a matter for the command line. */
const mostRows = 5000
const mostFeatures = 100

export const noPoints: OwnData = {
  name: clickedName,
  rows: [],
  classes: ['A', 'B'],
  features: ['x', 'y'],
}

export function withPoint(own: OwnData, x: number, y: number, label: number): OwnData {
  return { ...own, rows: [...own.rows, { x: [x, y], y: label }] }
}

/** The text of a CSV file with a header; `label` names the column of classes. Throws in one sentence where a page, or a link, does not take it. */
export function ownFromCsv(name: string, text: string, label: string): OwnData {
  const { X, y, classes, features } = parseCsv(text, { file: name, label, target: 'class' })
  if (X.length > mostRows || X[0]!.length > mostFeatures)
    throw new RangeError(
      `${name} has ${X.length} rows of ${X[0]!.length} numbers; a page takes ${mostRows} of ${mostFeatures}: ` +
        `use npx chainrule train ${name}.`,
    )
  if ((classes?.length ?? 0) < 2 || classes!.length > 20)
    throw new RangeError(
      `column ${label} of ${name} has ${classes?.length ?? 0} classes; expected 2 to 20.`,
    )
  for (const [kind, names] of Object.entries({ file: [name], column: features!, class: classes! }))
    for (const given of names) checkLength(kind, given)
  return { name, rows: X.map((x, i) => ({ x, y: y[i]! })), classes: classes!, features: features! }
}

function checkLength(kind: string, name: string): void {
  if (name.length <= longestOwnName) return
  throw new RangeError(
    `The name of the ${kind} ${name.slice(0, 20)}… has ${name.length} letters; expected at most ${longestOwnName}: shorten it.`,
  )
}

/** The names in the first line of a CSV text, each once; whether they are fit for one, `parseCsv` says. */
export function headerOf(text: string): string[] {
  const cells = text.trimStart().matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,\r\n]*))/gy)
  const names = [...cells].map(([, inQuotes, plain]) => inQuotes?.replaceAll('""', '"') ?? plain!)
  return [...new Set(names.map((name) => name.trim()))].filter((name) => name !== '')
}
