/** What a sweep may vary: the options of `chainrule train`, by their names in camelCase. */
import { InvalidArgumentError, type Option } from 'commander'
import { trainingOptions } from '../train.ts'

export type Setting = number | string | boolean | readonly number[]
/** Settings by name; those that are not there are as `train` has them. */
export type Settings = Readonly<Record<string, Setting>>

/** What says which data, and which seeds, has a place of its own beside the settings. */
const apart = ['seed', 'label', 'target']

const options: ReadonlyMap<string, Option> = new Map(
  trainingOptions()
    .filter(({ negate }) => !negate)
    .map((option) => [option.attributeName(), option]),
)

/** Those that are true unless told otherwise, by a `--no-…` of their own. */
const negatable = new Set(
  trainingOptions()
    .filter(({ negate }) => negate)
    .map((option) => option.attributeName()),
)

/** Their names, in the order of `chainrule train --help`. */
export const settingNames: readonly string[] = [...options.keys()].filter(
  (name) => !apart.includes(name),
)

/** What `train` takes where nothing is said. */
export const usual: Settings = Object.fromEntries(
  [...options]
    .filter(([, { defaultValue }]) => defaultValue !== undefined)
    .map(([name, { defaultValue }]) => [name, defaultValue as Setting]),
)

/** A value as the option itself reads it. Throws what is expected, and what came instead. */
export function settingOf(name: string, value: unknown): Setting {
  const option = options.get(name)!
  if (option.isBoolean()) {
    if (typeof value === 'boolean') return value
    throw new TypeError(`expected true or false, got ${shown(value)}.`)
  }
  const list = Array.isArray(value) && value.every((x) => typeof x === 'number')
  if (typeof value !== 'number' && typeof value !== 'string' && !list)
    throw new TypeError(`expected ${kindOf(option)}, got ${shown(value)}.`)
  const text = list ? value.join('-') : String(value)
  if (option.argChoices !== undefined && !option.argChoices.includes(text))
    throw new TypeError(`expected ${kindOf(option)}, got ${shown(value)}.`)
  return parsed(option, text)
}

function parsed(option: Option, text: string): Setting {
  try {
    return option.parseArg?.(text, undefined) ?? text
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new TypeError(error.message, { cause: error })
    throw error
  }
}

const kindOf = ({ argChoices, flags, description }: Option): string =>
  argChoices ? `one of ${argChoices.join(', ')}` : `what train ${flags} takes (${description})`

/** A part of a configuration as messages show it. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** `16-16`, `0.01`, `relu`; no hidden layers are `none`; what is not set is `absent`. */
export function textOf(value: Setting | undefined, absent = ''): string {
  if (value === undefined) return absent
  return typeof value === 'object' ? value.join('-') || 'none' : String(value)
}

/** The words that ask `train` for these settings. */
export function wordsOf(settings: Settings): string[] {
  return [...options].flatMap(([name, { long }]) => {
    const value = settings[name]
    if (value === undefined) return []
    if (value === true) return [long!]
    if (value === false) return negatable.has(name) ? [long!.replace('--', '--no-')] : []
    return [long!, typeof value === 'object' ? value.join('-') : String(value)]
  })
}
