/** A traced function as loop nests: what is done once, what for every example, and in which order. */
import type { Value } from '../engine.ts'
import { ops } from '../ops.ts'
import { Backward } from './backward.ts'
import { buffer, type Buffer } from './buffer.ts'
import { read } from './expression.ts'
import { flowsOf, inlinedIn } from './flow.ts'
import { Forward } from './forward.ts'
import { type Group, type Grouping, groupsOf, type Member } from './group.ts'
import { type Nest, nestOf } from './nest.ts'
import type { InputKind, Trace } from './trace.ts'

/** Where a number is, or the first of a list. */
export interface Located {
  readonly buffer: Buffer
  readonly at: number
}

/** Where an argument goes. */
export interface Input extends Located {
  readonly kind: InputKind
  /** An index lies below this. */
  readonly below: number
}

/** The loop nests of a traced function. */
export interface LoopProgram {
  readonly grouping: Grouping
  /** Once: what depends on no example, and what starts from 0. */
  readonly before: readonly Nest[]
  /** For every example, forward and then backward. */
  readonly each: readonly Nest[]
  /** Once, after all examples: the rest of the backward pass. */
  readonly after: readonly Nest[]
  readonly outputs: readonly Located[]
  /** Memory that is filled from outside, and the answers. */
  readonly parameters: Buffer
  readonly gradient: Buffer | undefined
  readonly inputs: readonly Input[]
  /** ∂output/∂input for every argument but indices, where that was asked for. */
  readonly inputGradients: readonly (Located & { readonly length: number })[]
  /** Other leaves, read anew at each call, with their buffers. */
  readonly leaves: readonly (Located & { readonly leaf: Value })[]
  readonly seed: Buffer
  /** The sum of the first output over all examples, where there are gradients. */
  readonly total: Buffer
}

/** What is differentiated by. */
export type By = 'parameters' | 'inputs' | 'nothing'

/** Lifts `trace`; the gradient is that of the first output. */
export function programOf(trace: Trace, by: By): LoopProgram {
  const grouping = groupsOf(trace)
  refuseEmptyPicks(grouping)
  const origin = (wanted: string): Group[] => grouping.groups.filter((g) => g.origin === wanted)
  const [parameterGroup] = origin('parameter')
  const wanted = by === 'parameters' ? [parameterGroup!] : by === 'inputs' ? origin('input') : []
  const flows = flowsOf(grouping, new Set(wanted.filter(({ count }) => count > 0)))
  const forward = new Forward(grouping.groups, inlinedIn(grouping, flows), flows)
  const nests = forward.work.map(nestOf)

  const gradients = new Map(
    wanted.map((group) => [
      group,
      buffer('gradient', group.count, { varying: group.varying, group }),
    ]),
  )
  const seed = buffer('seed', 1)
  const total = buffer('total', 1)
  const root = grouping.outputs[0]!
  const backward = new Backward(forward, flows, root, seed, gradients)
  const located = ({ group, at }: Member): Located => ({ buffer: forward.bufferOf(group)!, at })
  const outputs = grouping.outputs.map(located)
  const added = nestOf({
    target: total,
    positions: Int32Array.of(0),
    manner: 'each',
    step: read({ buffer: outputs[0]!.buffer, positions: Int32Array.of(root.at) }),
    adds: false,
  })
  if (by === 'parameters') nests.push(added)
  const before = [...backward.clears]
  const each: Nest[] = []
  const after: Nest[] = []
  for (const nest of nests) (nest.varying ? each : before).push(nest)
  for (const nest of backward.nests) (nest.varying ? each : after).push(nest)
  return {
    grouping,
    before,
    each,
    after,
    outputs,
    parameters: forward.bufferOf(parameterGroup!)!,
    gradient: gradients.get(parameterGroup!),
    inputs: grouping.inputs.map((at, i) => {
      const kind = trace.kinds[i]!
      return { ...located(at), kind, below: kind === 'index' ? limitOf(grouping, at) : Infinity }
    }),
    inputGradients: grouping.inputs.flatMap(({ group, at }, i) => {
      const gradient = gradients.get(group)
      return gradient ? [{ buffer: gradient, at, length: trace.inputs[i]!.length }] : []
    }),
    leaves: origin('leaf').flatMap((g) =>
      g.leaves.map((leaf, at) => ({ leaf, buffer: forward.bufferOf(g)!, at })),
    ),
    seed,
    total,
  }
}

/** Throws if a pick has nothing to pick from: no index would do. */
function refuseEmptyPicks({ groups }: Grouping): void {
  if (groups.some(({ op, runs }) => op === ops.pick && choicesOf(runs) === 0))
    throw new RangeError(
      'pick([], index): there is nothing to pick from, expected a list of at least one Value.',
    )
}

/** All inputs of a pick but the last, which is the index. */
const choicesOf = (runs: Group['runs']): number => runs.reduce((n, { length }) => n + length, -1)

/** How many there are to pick from by an index; ∞ where nothing is picked. */
function limitOf({ groups }: Grouping, { group, at }: Member): number {
  const limits = groups.flatMap(({ op, runs }) => {
    const index = runs.at(-1)
    const picks = op === ops.pick && index?.source === group && index.positions.includes(at)
    return picks ? [choicesOf(runs)] : []
  })
  return Math.min(Infinity, ...limits)
}
