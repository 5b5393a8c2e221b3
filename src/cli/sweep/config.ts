/** The file that describes a sweep: read, and refused at the first thing that is not understood. */
import { existsSync } from 'node:fs'
import { basename, dirname, extname, isAbsolute, join } from 'node:path'
import { readText } from '../../node/file.ts'
import { isBuiltIn } from '../dataset.ts'
import { type Setting, settingNames, settingOf, shown, textOf } from './setting.ts'

/** Settings that vary together: each value of one with each value of the others. */
export type Grid = readonly (readonly [name: string, values: readonly Setting[]])[]

export interface Config {
  readonly file: string
  /** Of the folder, of the tables, of the plot. */
  readonly name: string
  /** A data set's name, or the path of a CSV file as the configuration has it. */
  readonly data: string
  /** The same for whoever reads it: such a path is seen from the configuration's folder. */
  readonly source: string
  readonly label: string | undefined
  readonly target: 'class' | 'number' | undefined
  readonly grids: readonly Grid[]
  readonly seeds: readonly number[]
}

type Part = Readonly<Record<string, unknown>>

const keys = ['name', 'data', 'label', 'target', 'settings', 'seeds']

/** Reads a configuration. Throws one line that names the file, the key and what is expected. */
export async function readConfig(file: string): Promise<Config> {
  const text = await readText(file)
  const from = within(file)
  const config = from('not JSON', () => JSON.parse(text) as unknown)
  if (!isPart(config))
    throw new TypeError(
      `${file}: expected an object with ${keys.join(', ')}, got ${shown(config)}.`,
    )
  refuseStrangers(file, config, keys)
  const read = <T>(key: string, of: (value: unknown) => T): T => from(key, () => of(config[key]))
  const data = read('data', dataOf)
  return {
    file,
    name: read('name', (name) => nameOf(name ?? basename(file, extname(file)))),
    data,
    source: sourceOf(file, data),
    label: read('label', (label) => optionalText(label, 'the name of a column')),
    target: read('target', (target) =>
      target === undefined ? undefined : (settingOf('target', target) as Config['target']),
    ),
    grids: gridsOf(file, config['settings']),
    seeds: read('seeds', seedsOf),
  }
}

type Context = <T>(key: string, read: () => T) => T

/** Puts file and key before what `read` throws. */
function within(file: string): Context {
  return (key, read) => {
    try {
      return read()
    } catch (error) {
      throw new TypeError(`${file}: ${key}: ${(error as Error).message}`, { cause: error })
    }
  }
}

const isPart = (x: unknown): x is Part => typeof x === 'object' && x !== null && !Array.isArray(x)

function refuseStrangers(where: string, part: Part, known: readonly string[]): void {
  const stranger = Object.keys(part).find((key) => !known.includes(key))
  if (stranger === undefined) return
  const elsewhere = settingNames.includes(stranger) ? `; ${stranger} belongs into settings` : ''
  const above = keys.includes(stranger) ? `; ${stranger} stands beside settings` : ''
  throw new TypeError(
    `${where}: unknown key '${stranger}': expected ${known.join(', ')}${elsewhere}${above}.`,
  )
}

function dataOf(data: unknown): string {
  if (typeof data === 'string' && data !== '') return data
  throw new TypeError(
    `expected the name of a data set or the path of a .csv file, got ${data === undefined ? 'nothing' : shown(data)}.`,
  )
}

/** A word that is no file is a data set's name, if a wrong one. */
function sourceOf(file: string, data: string): string {
  const path = isAbsolute(data) ? data : join(dirname(file), data)
  return isBuiltIn(data) || (extname(data) === '' && !existsSync(path)) ? data : path
}

function nameOf(name: unknown): string {
  if (typeof name === 'string' && /^\w[\w. -]*$/.test(name)) return name
  throw new TypeError(
    `expected letters, digits, spaces, and . _ - to name a folder, got ${shown(name)}.`,
  )
}

function optionalText(text: unknown, what: string): string | undefined {
  if (text === undefined || typeof text === 'string') return text
  throw new TypeError(`expected ${what}, got ${shown(text)}.`)
}

const isWhole = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0

/** How many, from 0 on; or which. */
function seedsOf(seeds: unknown = 1): number[] {
  if (isWhole(seeds) && seeds > 0 && seeds <= 1e6)
    return Array.from({ length: seeds }, (_, seed) => seed)
  if (!Array.isArray(seeds) || seeds.length === 0 || !seeds.every(isWhole))
    throw new TypeError(
      `expected a number of seeds, or a list of whole numbers such as [0, 1, 2], got ${shown(seeds)}.`,
    )
  const twin = seeds.find((seed, i) => seeds.indexOf(seed) !== i)
  if (twin !== undefined) throw new TypeError(`expected different seeds, got ${twin} twice.`)
  return seeds
}

function gridsOf(file: string, settings: unknown = {}): Grid[] {
  if (!Array.isArray(settings)) return [gridOf(file, 'settings', settings)]
  if (settings.length > 0) return settings.map((grid, i) => gridOf(file, `settings[${i}]`, grid))
  throw new TypeError(`${file}: settings: expected at least one object, got an empty list.`)
}

function gridOf(file: string, where: string, grid: unknown): Grid {
  if (!isPart(grid))
    throw new TypeError(
      `${file}: ${where}: expected an object such as { "hidden": ["8", "16-16"] }, got ${shown(grid)}.`,
    )
  refuseStrangers(`${file}: ${where}`, grid, settingNames)
  return Object.entries(grid).map(([name, value]) =>
    within(file)(`${where}.${name}`, () => [name, valuesOf(name, value)] as const),
  )
}

function valuesOf(name: string, value: unknown): Setting[] {
  const values = (Array.isArray(value) ? value : [value]).map((x) => settingOf(name, x))
  if (values.length === 0) throw new TypeError('expected at least one value, got an empty list.')
  refuseTwins(values)
  return values
}

/** Two layers of 16 in a list are what most often looks like this. */
function refuseTwins(values: readonly Setting[]): void {
  const texts = values.map((value) => textOf(value))
  const twin = texts.find((text, i) => texts.indexOf(text) !== i)
  if (twin !== undefined)
    throw new TypeError(
      `expected different values, got ${twin} twice; layers side by side are '16-16'.`,
    )
}
