/** What the buffers of a program are called, and the indices of what repeats itself in it. */
import type { Buffer } from './buffer.ts'
import type { Group } from './group.ts'
import type { LoopProgram } from './program.ts'

export type Names = (buffer: Buffer) => string

/** Parameters are p, inputs x, results v1, v2, … in the order of their groups, adjoints v1′. */
export function namesOf({ parameters, inputs, grouping }: LoopProgram): Names {
  const numbers = numbersOf(grouping.groups)
  const several = new Set(inputs.map(({ buffer }) => buffer)).size !== 1
  const inputName = (input: number): string => (several ? `x${input}` : 'x')
  const known = new Map<Buffer, string>()
  let temporaries = 0
  return (buffer) => {
    const name = known.get(buffer) ?? nameOf(buffer)
    known.set(buffer, name)
    return name
  }

  function nameOf(buffer: Buffer): string {
    const { purpose, group } = buffer
    if (purpose === 'parameter' || buffer === parameters) return 'p'
    if (purpose === 'gradient')
      return `∂${group?.origin === 'parameter' ? 'p' : inputName(group!.input)}`
    if (purpose === 'input' || purpose === 'index') return inputName(group!.input)
    if (purpose === 'seed' || purpose === 'total' || purpose === 'leaf') return purpose
    if (purpose === 'table') return 'table'
    if (group === undefined) return `t${++temporaries}`
    const own = group.op === undefined ? purpose : `v${numbers.get(group)}`
    return purpose === 'adjoint' ? `${own}′` : own
  }
}

/** Groups with an operation, from 1 on. */
export function numbersOf(groups: readonly Group[]): Map<Group, number> {
  const operations = groups.filter(({ op }) => op !== undefined)
  return new Map(operations.map((group, i) => [group, i + 1]))
}

/** Letters for what repeats itself, outermost first: t, unless sums on the way to results are t1, t2, … */
export function indicesOf({ before, each, after }: LoopProgram): string[] {
  const taken = [before, each, after].some((nests) =>
    nests.some(({ target: { buffer } }) => buffer.purpose === 'data' && buffer.group === undefined),
  )
  return taken ? ['s', 'r', 'q'] : ['t', 's', 'r', 'q']
}
