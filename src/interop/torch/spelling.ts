/** Rows of the table in Python: the basis as PyTorch spells it, other rows by their own names there. */
import { detached } from '../../adjoints.ts'
import { isOfTable } from '../../lift/lowering.ts'
import { type Algebra, ops, type Row } from '../../ops.ts'

/** Python text, and how tightly its outermost operator binds. */
export interface Python {
  readonly text: string
  readonly binds: number
  /** A plain number of Python, not a tensor. */
  readonly literal?: boolean
}

/** Python's operators from loose to tight. */
const binding = { compare: 1, sum: 2, product: 3, sign: 4, power: 5, atom: 6 } as const

export const atom = (text: string): Python => ({ text, binds: binding.atom })

export const numberText = (x: number): Python => {
  if (Number.isNaN(x)) return { text: 'math.nan', binds: binding.atom, literal: true }
  const size = Math.abs(x) === Infinity ? 'math.inf' : floatText(Math.abs(x))
  const negative = x < 0 || Object.is(x, -0)
  return {
    text: negative ? `-${size}` : size,
    binds: negative ? binding.sign : binding.atom,
    literal: true,
  }
}

/** A number as Python reads it back to the last bit, and always as a float. */
function floatText(x: number): string {
  const text = String(x)
  return /[.e]/.test(text) ? text : `${text}.0`
}

const within = (x: Python, least: number): string => (x.binds < least ? `(${x.text})` : x.text)

/** Beside a tensor a whole number needs no point. */
const beside = (x: Python): Python => (x.literal ? { ...x, text: x.text.replace(/\.0$/, '') } : x)

/** What a dot or a bracket may follow. */
export const indexable = (x: Python): string => within(x, binding.atom)

const infix =
  (sign: string, binds: number) =>
  (a: Python, b: Python): Python => ({
    text: `${within(beside(a), binds)} ${sign} ${within(beside(b), binds + 1)}`,
    binds,
  })
const call =
  (name: string) =>
  (...x: readonly Python[]): Python =>
    atom(`${name}(${x.map(({ text }) => text).join(', ')})`)
/** A function that takes tensors alone. */
const strict =
  (name: string) =>
  (...x: readonly Python[]): Python =>
    call(name)(...x.map((arg) => (arg.literal ? call('torch.tensor')(arg) : arg)))

/** a @ b */
export const product: (a: Python, b: Python) => Python = infix('@', binding.product)

type Spell = (...x: [Python, Python, Python]) => Python

const comparisons = { gt: '>', lt: '<', ge: '>=', le: '<=', eq: '==' } as const
const compared = (name: keyof typeof comparisons) => infix(comparisons[name], binding.compare)
/** True and False as 1 and 0. */
export const asNumber = (x: Python): Python => ({
  text: `${within(x, binding.product)} * 1.0`,
  binds: binding.product,
})

/** The basis: the type checker finds a missing row. */
const spelling: Readonly<Record<keyof Algebra<Python>, Spell>> = {
  add: infix('+', binding.sum),
  sub: infix('-', binding.sum),
  mul: infix('*', binding.product),
  div: infix('/', binding.product),
  pow: (a, b) => ({
    text: `${within(beside(a), binding.atom)} ** ${within(beside(b), binding.sign)}`,
    binds: binding.power,
  }),
  max: strict('torch.maximum'),
  min: strict('torch.minimum'),
  gt: (a, b) => asNumber(compared('gt')(a, b)),
  lt: (a, b) => asNumber(compared('lt')(a, b)),
  ge: (a, b) => asNumber(compared('ge')(a, b)),
  le: (a, b) => asNumber(compared('le')(a, b)),
  eq: (a, b) => asNumber(compared('eq')(a, b)),
  neg: (a) => ({ text: `-${within(a, binding.sign)}`, binds: binding.sign }),
  abs: strict('torch.abs'),
  sqrt: strict('torch.sqrt'),
  exp: strict('torch.exp'),
  expm1: strict('torch.expm1'),
  log: strict('torch.log'),
  log1p: strict('torch.log1p'),
  sin: strict('torch.sin'),
  cos: strict('torch.cos'),
  tanh: strict('torch.tanh'),
  erf: strict('torch.erf'),
  select: (condition, a, b) =>
    call('torch.where')({ ...condition, text: `${within(condition, binding.sum)} != 0` }, a, b),
}

const isBasis = (row: Row): row is Row & { name: keyof typeof spelling } =>
  Object.hasOwn(spelling, row.name) && isOfTable(row)

/** `condition` as Python's own truth, if it is a comparison. */
export function comparisonText(row: Row, args: readonly Python[]): Python | undefined {
  if (!isBasis(row) || !Object.hasOwn(comparisons, row.name)) return undefined
  return compared(row.name as keyof typeof comparisons)(args[0]!, args[1]!)
}

/** torch.where(condition, a, b) for a condition that is one. */
export const chosen: (...x: [Python, Python, Python]) => Python = call('torch.where')

/** A row in PyTorch; undefined for a user's own, which has no name there. */
export function rowText(row: Row, args: readonly Python[]): Python | undefined {
  if (isBasis(row)) return spelling[row.name](...(args as [Python, Python, Python]))
  if (row === detached) return atom(`${indexable(args[0]!)}.detach()`)
  if (!isOfTable(row) || row.arity === 'variadic') return undefined
  const torch = (row.torch ?? row.name).replaceAll(/(?:torch\.)?nn\.functional\./g, 'F.')
  if (/^[\w.]+$/.test(torch))
    return strict(torch.startsWith('F.') ? torch : `torch.${torch}`)(...args)
  const operands = { a: args[0], b: args[1], c: args[2] }
  const text = torch.replaceAll(/(?<![\w.])[abc](?!\w)/g, (name) =>
    within(operands[name as keyof typeof operands]!, binding.atom),
  )
  return { text, binds: binding.compare }
}

/** The name of a row of lists that PyTorch has as one operation on an axis. */
export function reductionName(row: Row): string | undefined {
  if (!isOfTable(row)) return undefined
  if (row === ops.sum) return 'torch.sum'
  return /^([\w.]+)\(torch\.stack\(x\), 0\)$/.exec(row.torch ?? '')?.[1]
}
