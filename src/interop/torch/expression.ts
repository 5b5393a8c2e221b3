/** Tensor expressions as Python: axes lined up, operations spelled. */
import type { Row } from '../../ops.ts'
import {
  type Concat,
  type Contraction,
  type Elementwise,
  type Fold,
  type Gather,
  isWhole,
  type Linear,
  partsOf,
  type Pick,
  type Reduction,
  type Tensor,
  type TensorExpression,
  type View,
} from '../tensor/tensor.ts'
import {
  asNumber,
  atom,
  chosen,
  comparisonText,
  indexable,
  numberText,
  product,
  type Python,
  reductionName,
  rowText,
} from './spelling.ts'

/** What the text of an expression needs of the program around it. */
export interface Surroundings {
  /** The variable or attribute that holds a tensor. */
  nameOf(tensor: Tensor): string
  /** The call of a torch.nn.Linear with this weight and bias, if there is one. */
  linear(weight: Tensor, bias: Tensor | undefined): string | undefined
  /** A buffer of the module with these places, of these extents. */
  places(at: readonly number[], extents: readonly number[]): string
  /** The function that a user's own row became. */
  functionOf(row: Row): string
  /** How many examples there are. */
  readonly examples: string
  /** Another name for a result on the way. */
  fresh(): string
}

/** The axis of examples. */
const batch = -1
type Axis = number | undefined

/** Counters as the loop nests print them; examples are e. */
const letters = ['i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't']
const letter = (axis: number): string => (axis === batch ? 'e' : letters[axis]!)

export const axesOf = (x: TensorExpression): number[] => [...(x.varying ? [batch] : []), ...x.axes]

/** Writes the lines of one statement. */
export class ExpressionText {
  /** What comes before the statement itself. */
  readonly lines: string[] = []
  readonly #around: Surroundings
  readonly #shared = new Map<TensorExpression, Python>()
  /** In a loop: its counters' variables, by counter. */
  readonly #turns = new Map<number, string>()
  #total = ''
  #indent = ''

  constructor(around: Surroundings) {
    this.#around = around
  }

  /** The whole of a statement; results that are used several times get a line first. */
  of(x: TensorExpression): Python {
    for (const part of sharedIn(x)) {
      if (this.#shared.has(part)) continue
      const text = this.#plain(part).text
      const name = this.#around.fresh()
      this.lines.push(`${name} = ${text}`)
      this.#shared.set(part, atom(name))
    }
    return this.#plain(x)
  }

  /** With axes in the order of x's own list. */
  #plain(x: TensorExpression): Python {
    return this.aligned(x, this.#axesOf(x))
  }

  /** Axes but for those that a loop around this walks. */
  #axesOf(x: TensorExpression): number[] {
    return axesOf(x).filter((axis) => !this.#turns.has(axis))
  }

  /** x such that it broadcasts against `axes`: in their order, with an axis of length 1 where it has none. */
  aligned(x: TensorExpression, axes: readonly number[]): Python {
    const own = this.#axesOf(x)
    const wanted = axes.filter((axis) => own.includes(axis))
    const first = own.length === 0 ? axes.length : axes.indexOf(wanted[0]!)
    const slots: Axis[] = axes.slice(first).map((axis) => (own.includes(axis) ? axis : undefined))
    const inOrder = wanted.every((axis, i) => axis === own[i])
    if (x.kind === 'view' && inOrder && !this.#shared.has(x)) return this.#view(x, slots)
    const text = this.#shared.get(x) ?? this.#text(x)
    const turned = inOrder ? text : permuted(text, own, wanted)
    return slots.includes(undefined)
      ? indexed(
          turned,
          slots.map((slot) => (slot === undefined ? 'None' : ':')),
        )
      : turned
  }

  #text(x: TensorExpression): Python {
    switch (x.kind) {
      case 'literal':
        return numberText(x.value)
      case 'total':
        return atom(this.#total)
      case 'view':
        return this.#view(x, this.#axesOf(x))
      case 'gather':
        return this.#gather(x)
      case 'concat':
        return this.#concat(x)
      case 'linear':
        return this.#linear(x)
      case 'contraction':
        return this.#contraction(x)
      case 'reduction':
        return this.#reduction(x)
      case 'pick':
        return this.#pick(x)
      case 'fold':
        return this.#fold(x)
      default:
        return this.#elementwise(x)
    }
  }

  #name(tensor: Tensor): Python {
    return atom(this.#around.nameOf(tensor))
  }

  /** A view, with axes of length 1 where a slot is undefined. */
  #view(x: View, slots: readonly Axis[]): Python {
    const { tensor, from, shape, selectors } = x
    const rows = tensor.varying ? ':, ' : ''
    let text = this.#around.nameOf(tensor)
    if (from !== undefined || shape.join() !== tensor.shape.join()) {
      if (from !== undefined) {
        if (tensor.shape.length !== 1) text += tensor.varying ? '.flatten(1)' : '.flatten()'
        text += `[${rows}${from.start}:${from.start + from.length}]`
      }
      if (from === undefined || shape.length > 1)
        text += `.reshape(${[...(tensor.varying ? [-1] : []), ...shape].join(', ')})`
    }
    const flips = selectors.flatMap((s) => (s.kind === 'range' && s.flipped ? [s.counter] : []))
    const own = this.#axesOf(x)
    const later = flips.some((counter) => own.includes(counter))
    const index = this.#index(x, later ? own : slots)
    let python = indexed(atom(text), index)
    if (later) {
      const axes = flips.flatMap((counter) => (own.includes(counter) ? [own.indexOf(counter)] : []))
      python = atom(`${python.text}.flip(${axes.join(', ')})`)
      if (slots.includes(undefined))
        python = indexed(
          python,
          slots.map((slot) => (slot === undefined ? 'None' : ':')),
        )
    }
    return python
  }

  /** What stands between the brackets: selectors, and None for new axes. */
  #index({ tensor, selectors, shape }: View, slots: readonly Axis[]): string[] {
    const waiting = [...slots]
    const index: string[] = []
    const upTo = (axis: number): void => {
      while (waiting.length > 0 && waiting[0] !== axis) {
        waiting.shift()
        index.push('None')
      }
      waiting.shift()
    }
    if (tensor.varying) {
      upTo(batch)
      index.push(':')
    }
    selectors.forEach((s, k) => {
      if (s.kind === 'at') return index.push(`${s.at}`)
      const turn = this.#turns.get(s.counter)
      if (turn !== undefined) return index.push(turnText(turn, s))
      upTo(s.counter)
      return index.push(rangeText(s, shape[k]!))
    })
    while (waiting.length > 0) upTo(NaN)
    return index
  }

  #gather(x: Gather): Python {
    const { tensor, at, extents } = x
    const flat = tensor.shape.length === 1 ? '' : tensor.varying ? '.flatten(1)' : '.flatten()'
    const places = this.#around.places(at, extents)
    const text = `${this.#name(tensor).text}${flat}[${tensor.varying ? ':, ' : ''}${places}]`
    return this.#atTurns(atom(text), axesOf(x))
  }

  /** Of a tensor with all its axes, those places that a loop around it is at. */
  #atTurns(x: Python, axes: readonly number[]): Python {
    if (!axes.some((axis) => this.#turns.has(axis))) return x
    return indexed(
      x,
      axes.map((axis) => this.#turns.get(axis) ?? ':'),
    )
  }

  #concat(x: Concat): Python {
    const turns = [...this.#turns]
    this.#turns.clear()
    const axes = axesOf(x)
    const at = axes.indexOf(x.along)
    const stacked = x.parts.every(({ extent }) => extent === 1)
    const rest = axes.filter((axis) => axis !== x.along)
    const parts = x.parts.map((part) => {
      const wanted = stacked ? rest : axes
      const { text } = this.aligned(part.x, wanted)
      const lacking = rest.some((axis) => !axesOf(part.x).includes(axis))
      if (!lacking) return text
      const sizes = wanted.map((axis) =>
        axis === batch
          ? this.#around.examples
          : axis === x.along
            ? part.extent
            : x.extents[x.axes.indexOf(axis)],
      )
      return `${text}.expand(${sizes.join(', ')})`
    })
    for (const [counter, name] of turns) this.#turns.set(counter, name)
    const text = `torch.${stacked ? 'stack' : 'cat'}([${parts.join(', ')}]${at === 0 ? '' : `, ${at}`})`
    return this.#atTurns(atom(text), axes)
  }

  #linear(x: Linear): Python {
    const { inner } = x
    const out = x.axes.at(-1)!
    const others = axesOf(x).slice(0, -1)
    const input = this.aligned(x.x, [...others, inner]).text
    const own = this.#module(x)
    if (own !== undefined) return atom(`${own}(${input})`)
    const operands = [x.weight, ...(x.bias ? [x.bias] : [])]
    const texts = operands.map(
      (operand, k) => this.aligned(operand, k === 0 ? [out, inner] : [out]).text,
    )
    return atom(`F.linear(${[input, ...texts].join(', ')})`)
  }

  /** The module that holds weight and bias just so. */
  #module({ weight, bias, axes }: Linear): string | undefined {
    if (weight.kind !== 'view' || !isWhole(weight) || weight.axes[0] !== axes.at(-1))
      return undefined
    if (bias === undefined) return this.#around.linear(weight.tensor, undefined)
    if (bias.kind !== 'view' || !isWhole(bias)) return undefined
    return this.#around.linear(weight.tensor, bias.tensor)
  }

  #contraction(x: Contraction): Python {
    const own = x.factors.map((factor) => this.#axesOf(factor))
    const texts = x.factors.map((factor, k) => this.aligned(factor, own[k]!).text)
    const dot = own.findIndex((axes) => axes.length === 1)
    if (own.length === 2 && dot >= 0) {
      const other = x.factors[1 - dot]!
      const [rows, last] = [own[1 - dot]!.slice(0, -1), own[1 - dot]!.at(-1)]
      if (last === own[dot]![0] && rows.join() === this.#axesOf(x).join())
        return product(this.aligned(other, [...rows, last!]), atom(texts[dot]!))
    }
    const labels = own.map((axes) => axes.map(letter).join(''))
    const result = this.#axesOf(x).map(letter).join('')
    return atom(`torch.einsum('${labels.join(', ')} -> ${result}', ${texts.join(', ')})`)
  }

  #reduction(x: Reduction): Python {
    const own = this.#axesOf(x.x)
    const over = own.flatMap((axis, k) => (axis !== batch && !x.axes.includes(axis) ? [k] : []))
    const axes = over.length === 1 ? `${over[0]}` : `(${over.join(', ')})`
    return atom(`${reductionName(x.op)!}(${this.aligned(x.x, own).text}, ${axes})`)
  }

  #pick(x: Pick): Python {
    const rest = x.x.axes.filter((axis) => axis !== x.along)
    const index = this.#around.nameOf((x.index as View).tensor)
    if (!x.x.varying) return indexed(this.aligned(x.x, [x.along, ...rest]), [index])
    const all = this.aligned(x.x, [batch, x.along, ...rest])
    return indexed(all, [`torch.arange(${this.#around.examples}, device=${index}.device)`, index])
  }

  /** A loop of Python's own, in front of the statement. */
  #fold(x: Fold): Python {
    const total = this.#around.fresh()
    const outer = [this.#total, this.#indent] as const
    const axes = axesOf(x)
    const initial = this.aligned(x.initial, axes)
    this.lines.push(
      `${this.#indent}${total} = ${initial.literal ? `torch.tensor(${initial.text})` : initial.text}`,
    )
    for (const { counter, extent } of x.over) {
      const turn = this.#around.fresh()
      this.lines.push(`${this.#indent}for ${turn} in range(${extent}):`)
      this.#turns.set(counter, turn)
      this.#indent += '    '
    }
    this.#total = total
    this.lines.push(`${this.#indent}${total} = ${this.aligned(x.step, axes).text}`)
    for (const { counter } of x.over) this.#turns.delete(counter)
    ;[this.#total, this.#indent] = outer
    return atom(total)
  }

  #elementwise(x: Elementwise): Python {
    const axes = this.#axesOf(x)
    const args = x.args.map((arg) => this.#operand(arg, axes))
    const own = rowText(x.op, args)
    const [condition] = x.args
    if (
      x.args.length === 3 &&
      condition?.kind === 'elementwise' &&
      own?.text.startsWith('torch.where')
    ) {
      const sides = condition.args.map((arg) => this.#operand(arg, axes))
      const truth = comparisonText(condition.op, sides)
      if (truth !== undefined) return chosen(truth, args[1]!, args[2]!)
    }
    return (
      own ?? atom(`${this.#around.functionOf(x.op)}(${args.map(({ text }) => text).join(', ')})`)
    )
  }

  /** A whole number of an example counts as a number here. */
  #operand(x: TensorExpression, axes: readonly number[]): Python {
    const text = x.kind === 'total' ? atom(this.#total) : this.aligned(x, axes)
    return x.kind === 'view' && x.tensor.purpose === 'index' ? asNumber(text) : text
  }
}

/** Results that an expression uses more than once, those that others use first; none in a loop. */
function sharedIn(root: TensorExpression): TensorExpression[] {
  const uses = new Map<TensorExpression, number>()
  const order: TensorExpression[] = []
  const visit = (x: TensorExpression): void => {
    const before = uses.get(x) ?? 0
    uses.set(x, before + 1)
    if (before > 0) return
    if (x.kind !== 'fold') partsOf(x).forEach(visit)
    order.push(x)
  }
  visit(root)
  const simple = ['literal', 'view', 'total']
  return order.filter((x) => uses.get(x)! > 1 && !simple.includes(x.kind))
}

function permuted(x: Python, from: readonly number[], to: readonly number[]): Python {
  const order = to.map((axis) => from.indexOf(axis))
  const text = indexable(x)
  return atom(order.length === 2 ? `${text}.T` : `${text}.permute(${order.join(', ')})`)
}

/** x[…], without what says nothing. */
function indexed(x: Python, index: readonly string[]): Python {
  const end = index.findLastIndex((part) => part !== ':')
  if (end < 0) return x
  const text = indexable(x)
  return atom(`${text}[${index.slice(0, end + 1).join(', ')}]`)
}

type Range = Extract<View['selectors'][number], { kind: 'range' }>

function rangeText({ start, step, extent }: Range, length: number): string {
  const end = start + step * (extent - 1) + 1
  if (start === 0 && end === length && step === 1) return ':'
  return `${start === 0 ? '' : start}:${end >= length ? '' : end}${step === 1 ? '' : `:${step}`}`
}

/** The place at a turn of a loop. */
function turnText(turn: string, { start, step, extent, flipped }: Range): string {
  const [first, by] = flipped ? [start + step * (extent - 1), -step] : [start, step]
  const moved = by === 1 ? turn : `${by} * ${turn}`
  return first === 0 ? moved : `${first} + ${moved}`
}
