/** A lifted program as text in two more ways: its groups, and its nests written out as loops. */
import type { Group } from './group.ts'
import type { Nest } from './nest.ts'
import type { LoopProgram } from './program.ts'
import type { Digits } from './line.ts'
import { indicesOf, type Names, namesOf, numbersOf } from './names.ts'
import { type ListingOptions, type Part, Rolled } from './rolled.ts'
import { accessText, blockTitle, counters, example, expressionText } from './text.ts'

/** The groups of equal work: `v2  sum  64  each example  reads p×64, x×64`. */
export function toGroups(program: LoopProgram, options: ListingOptions = {}): string {
  const { groups } = program.grouping
  const numbers = numbersOf(groups)
  const rolled = new Rolled(indicesOf(program), options)
  const name = (g: Group, digits: Digits): string =>
    digits.name(g.op === undefined ? leafName(g) : `v${numbers.get(g)}`, g)
  const parts = rolled.parts(groups, (g, digits) =>
    [
      name(g, digits),
      g.op ? digits.word(g.op.name, g.op) : '',
      g.count.toLocaleString('en'),
      g.varying ? 'each example' : 'once',
      g.runs
        .map(({ source, length }) => name(source, digits) + (length > 1 ? ` × ${length}` : ''))
        .join(', '),
    ].join('\t'),
  )
  const rows = cellsOf(parts)
  const head = ['group', 'operation', 'members', 'computed', 'from']
  const widths = head.map((title, k) =>
    rows.reduce((most, row) => Math.max(most, row[k]?.length ?? 0), title.length),
  )
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, k) => (k === 2 ? cell.padStart(widths[k]!) : cell.padEnd(widths[k]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** The cells of each line; what repeats itself is set in under its index. */
function cellsOf(parts: readonly Part[], margin = ''): string[][] {
  return parts.flatMap((part) => {
    if (typeof part !== 'string')
      return [[`${margin}${blockTitle(part)}:`], ...cellsOf(part.parts, `${margin}  `)]
    const [first, ...others] = part.split('\t')
    return [[margin + first!, ...others]]
  })
}

function leafName({ origin, count, literals }: Group): string {
  if (origin !== 'literal' || count === 0) return origin!
  return `literal ${new Set(literals).size === 1 ? String(literals[0]) : 'table'}`
}

/** The program as one would write it by hand, every loop a line. */
export function toCode(program: LoopProgram, options: ListingOptions = {}): string {
  const name = namesOf(program)
  const rolled = new Rolled(indicesOf(program), options)
  const part = (title: string, nests: readonly Nest[], examples: boolean): string[] => {
    const parts = rolled.parts(nests, (nest, digits) =>
      nestCode(nest, name, digits, examples).join('\n'),
    )
    return nests.length === 0 ? [] : [`// ${title}`, ...loopsOf(parts), '']
  }
  return [
    ...part('once', program.before, false),
    ...part('for every example', program.each, true),
    ...part('once, after all examples', program.after, false),
  ]
    .join('\n')
    .trimEnd()
}

/** What repeats itself as a loop around it. */
function loopsOf(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => {
    if (typeof part === 'string') return part.split('\n')
    const { index, first, last } = part
    const turns =
      first < last ? `${index} <= ${last}; ${index}++` : `${index} >= ${last}; ${index}--`
    const body = loopsOf(part.parts).map((line) => `  ${line}`)
    return [`for (${index} = ${first}; ${turns}) {`, ...body, '}']
  })
}

/** Loops over places outside, those whose turns go into one place inside; numbers are written from left to right. */
function nestCode(nest: Nest, name: Names, digits: Digits, examples: boolean): string[] {
  const { target, step, start, adds, manner } = nest
  const lines: string[] = []
  let depth = 0
  const line = (text: string): void => void lines.push(`${'  '.repeat(depth)}${text}`)
  const loop = (counter: string, extent: string): void => {
    line(`for (${counter} = 0; ${counter} < ${extent}; ${counter}++)`)
    depth++
  }
  const all = nest.counters.map(({ extent, reduces }, k) => ({
    counter: counters[k] ?? `c${k}`,
    extent: String(extent),
    reduces,
  }))
  const overExamples = examples && nest.varying
  const sums = (overExamples && !target.buffer.varying) || all.some(({ reduces }) => reduces)
  if (overExamples && target.buffer.varying) loop(example, 'examples')
  for (const { counter, extent, reduces } of all) if (!reduces) loop(counter, extent)
  const place = (): string => accessText(target, name, digits)
  const value = (): string => expressionText(step, name, digits)
  if (!sums) {
    line(`${place()} ${adds ? '+=' : '='} ${value()}`)
    return lines
  }
  if (!adds) line(`${place()} = ${start ? expressionText(start, name, digits) : '0'}`)
  if (overExamples && !target.buffer.varying) loop(example, 'examples')
  for (const { counter, extent, reduces } of all) if (reduces) loop(counter, extent)
  line(`${place()} ${manner === 'fold' ? '=' : '+='} ${value()}`)
  return lines
}
