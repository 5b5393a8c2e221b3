/** A lifted program as text in two more ways: its groups, and its nests written out as loops. */
import type { Group } from './group.ts'
import type { Nest } from './nest.ts'
import type { LoopProgram } from './program.ts'
import { accessText, counters, example, expressionText, type Names, namesOf } from './text.ts'

/** The groups of equal work: `v2  sum  64  each example  reads p×64, x×64`. */
export function toGroups(program: LoopProgram): string {
  const { groups } = program.grouping
  const numbers = groups.filter((g) => g.op !== undefined)
  const name = (g: Group): string =>
    g.op === undefined
      ? `${g.origin!}${g.origin === 'literal' && g.count > 0 ? ` ${literal(g)}` : ''}`
      : `v${numbers.indexOf(g) + 1}`
  const rows = groups.map((g) => [
    name(g),
    g.op?.name ?? '',
    g.count.toLocaleString('en'),
    g.varying ? 'each example' : 'once',
    g.runs
      .map(({ source, length }) => (length > 1 ? `${name(source)} × ${length}` : name(source)))
      .join(', '),
  ])
  const head = ['group', 'operation', 'members', 'computed', 'from']
  const widths = head.map((title, k) =>
    Math.max(title.length, ...rows.map((row) => row[k]!.length)),
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

function literal({ literals }: Group): string {
  return new Set(literals).size === 1 ? String(literals[0]) : 'table'
}

/** The program as one would write it by hand, every loop a line. */
export function toCode(program: LoopProgram): string {
  const name = namesOf(program)
  const part = (title: string, nests: readonly Nest[], examples: boolean): string[] =>
    nests.length === 0
      ? []
      : [`// ${title}`, ...nests.flatMap((nest) => nestCode(nest, name, examples)), '']
  return [
    ...part('once', program.before, false),
    ...part('for every example', program.each, true),
    ...part('once, after all examples', program.after, false),
  ]
    .join('\n')
    .trimEnd()
}

/** Loops over places outside, those whose turns go into one place inside. */
function nestCode(nest: Nest, name: Names, examples: boolean): string[] {
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
  const place = accessText(target, name)
  const value = expressionText(step, name)
  if (!sums) {
    line(`${place} ${adds ? '+=' : '='} ${value}`)
    return lines
  }
  if (!adds) line(`${place} = ${start ? expressionText(start, name) : '0'}`)
  if (overExamples && !target.buffer.varying) loop(example, 'examples')
  for (const { counter, extent, reduces } of all) if (reduces) loop(counter, extent)
  line(manner === 'fold' ? `${place} = ${value}` : `${place} += ${value}`)
  return lines
}
