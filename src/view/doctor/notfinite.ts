import type { Value } from '../../engine.ts'
import type { Row } from '../../ops.ts'
import { digits, Finding, place } from './finding.ts'
import { forwardOrigin } from './origin.ts'
import { passOf } from './pass.ts'
import { pathOf } from './survey.ts'
import { Sweep } from './sweep.ts'

/** Where and when a loss was computed, as far as that is known. */
interface Circumstance {
  readonly example: number | undefined
  readonly step: number | undefined
  readonly learningRate: number | undefined
}

/** The first NaN or infinity on the way to `root`; undefined where `root` is finite. */
export function notFiniteForward(root: Value, at: Circumstance): Finding | undefined {
  if (Number.isFinite(root.data)) return undefined
  const { v, leaf } = forwardOrigin(root)
  if (leaf !== undefined) return given(root, v, leaf, at)
  const reason = reasonOf(v)
  return finding(root, v, at, `${callOf(v)} is ${v.data}`, {
    advice: adviceFor(reason, v.op!, at),
    numbers: { result: v.data, ...operandsOf(v) },
  })
}

/** The first NaN or infinity on the way back from a finite `root`; undefined where there is none. */
export function notFiniteBackward(root: Value, at: Circumstance): Finding | undefined {
  const { broken } = new Sweep(root)
  if (broken === undefined) return undefined
  const { v, input, partial, upstream } = broken
  const leaf = v.inputs.find((x) => x.op === undefined && !Number.isFinite(x.data))
  if (leaf !== undefined) return given(root, v, leaf, at)
  const name = 'abc'[input] ?? `input ${input}`
  const measured =
    `${callOf(v)} is ${digits(v.data)}, but its slope by ${name} is ${digits(partial)}, ` +
    `times the gradient ${digits(upstream)} that came back to it`
  return finding(root, v, at, measured, {
    advice: adviceFor(Number.isFinite(partial) ? 'overflow' : 'pole', v.op!, at),
    numbers: { partial, upstream, result: v.data, ...operandsOf(v) },
  })
}

function given(root: Value, v: Value, leaf: Value, at: Circumstance): Finding {
  const literal = leaf.first === null
  const name = leaf.label ?? (literal ? 'a given number' : 'a parameter')
  const meeting = v === leaf ? '' : `, where ${callOf(v)} is ${v.data}`
  return finding(root, v, at, `${name} is ${leaf.data} before anything is computed${meeting}`, {
    advice: literal
      ? 'Try to find it in the data.'
      : `Its last update or its start made it so. ${lower(at)}`,
    numbers: { result: v.data, leaf: leaf.data, ...operandsOf(v) },
  })
}

function finding(
  root: Value,
  v: Value,
  { example = passOf(root, v), step }: Circumstance,
  measured: string,
  rest: Pick<Finding, 'advice'> & { numbers: Record<string, number> },
): Finding {
  return new Finding({
    kind: 'notFinite',
    severity: 'error',
    where: place(step, example === undefined ? undefined : `example ${example}`, pathOf(v.scope)),
    measured,
    advice: rest.advice,
    numbers: {
      ...rest.numbers,
      ...(example !== undefined && { example }),
      ...(step !== undefined && { step }),
    },
  })
}

/** `log(x = -0.5)`: the operation with what went into it. */
function callOf({ op, inputs }: Value): string {
  const shown = inputs.slice(0, 4).map(({ label, data }) => {
    return label === undefined ? digits(data) : `${label} = ${digits(data)}`
  })
  const more = inputs.length > 4 ? [`… ${inputs.length} in all`] : []
  return `${op?.name}(${[...shown, ...more].join(', ')})`
}

function operandsOf({ inputs }: Value): Record<string, number> {
  return Object.fromEntries(inputs.slice(0, 3).map((x, i) => ['abc'[i]!, x.data]))
}

type Reason = 'outside' | 'pole' | 'overflow'

/** Beside a pole the numbers are moderate; where they are too large they stay so. */
function reasonOf(v: Value): Reason {
  if (Number.isNaN(v.data)) return 'outside'
  const beside = v.inputs.flatMap((_, i) => [nudged(v, i, 1e-3), nudged(v, i, -1e-3)])
  return beside.some((y) => Math.abs(y) < 1e100) ? 'pole' : 'overflow'
}

/** The operation's result with input `i` moved a little. */
function nudged({ op, inputs }: Value, i: number, by: number): number {
  const x = inputs.map(({ data }, k) => (k === i ? data + by * Math.max(1, Math.abs(data)) : data))
  return op!.arity === 'variadic'
    ? (op as Row<'variadic'>).eval(x)
    : (op as Row<1>).eval(...(x as [number]))
}

function adviceFor(reason: Reason, { name }: Row, at: Circumstance): string {
  if (reason === 'pole')
    return `${name} is infinite or infinitely steep there. Try a small number such as 1e-8 added to what goes in.`
  if (reason === 'outside')
    return (
      `${name} has no value there. Try to bound what goes in, such as max(x, 1e-8); the losses of ` +
      'chainrule/loss take logits and need no log.'
    )
  return `Numbers have grown too large. ${lower(at)}`
}

function lower({ learningRate: rate, step }: Circumstance): string {
  if (step === 0) return 'Try smaller weights to start from, or smaller inputs.'
  return rate === undefined
    ? 'Try a tenth of the learning rate.'
    : `Try a learning rate of ${digits(rate / 10)}.`
}
