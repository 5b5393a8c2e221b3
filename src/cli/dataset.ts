import { statSync } from 'node:fs'
import { extname } from 'node:path'
import {
  blobs,
  circles,
  type Dataset,
  digits,
  iris,
  moons,
  spirals,
  xor,
  yinYang,
} from '../data/index.ts'
import { readCsv } from '../node/index.ts'

/** How many points, and how scattered; only the drawn data sets look at them. */
export interface DrawOptions {
  readonly count?: number
  readonly noise?: number
  readonly seed: number
}

const drawn = { moons, circles, spirals, xor, blobs, yinYang }
const collected = { digits, iris }

/** The data sets that have a name. */
export const datasetNames: readonly string[] = [...Object.keys(drawn), ...Object.keys(collected)]

/** Whether `name` is a data set that is drawn, and so has a count and a noise. */
export function isDrawn(name: string): boolean {
  return Object.hasOwn(drawn, name)
}

/** Whether `name` is a data set of ours; any other is a CSV file. */
export function isBuiltIn(name: string): boolean {
  return datasetNames.includes(name)
}

/** The data set called `name`, or the one in the CSV file of that name. */
export async function datasetOf(
  name: string,
  options: DrawOptions & { readonly label?: string; readonly target?: 'class' | 'number' },
): Promise<Dataset> {
  const { count = 500, label, target, ...rest } = options
  if (isDrawn(name)) return drawn[name as keyof typeof drawn](count, rest)
  if (Object.hasOwn(collected, name)) return collected[name as keyof typeof collected]()
  if (extname(name) !== '' || isReadable(name)) return readCsv(name, { label, target })
  throw new RangeError(
    `unknown data set '${name}': choose one of ${datasetNames.join(', ')}, or name a .csv file.`,
  )
}

/** A file or a pipe of that name is there; a folder is none. */
function isReadable(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() === false
}
