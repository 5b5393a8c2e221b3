/** Tensor expressions as Python: axes lined up, operations spelled. */
import { sharedIn } from '../tensor/shared.ts'
import {
  type Concat,
  type Contraction,
  type Elementwise,
  type Fold,
  type Gather,
  isWhole,
  type Linear,
  type Pick,
  type Reduction,
  type TensorExpression,
  type View,
} from '../tensor/tensor.ts'
import {
  asNumber,
  atom,
  chosen,
  comparisonText,
  numberText,
  type Python,
  reductionName,
  rowText,
} from './spelling.ts'
import { contractionText } from './contraction.ts'
import type { Surroundings } from './surroundings.ts'
import { batch, indexed, permuted, type Reading, type Slot, viewText, widened } from './view.ts'

const axesOf = (x: TensorExpression): number[] => [...(x.varying ? [batch] : []), ...x.axes]

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
    const slots: Slot[] = axes.slice(first).map((axis) => (own.includes(axis) ? axis : undefined))
    const inOrder = wanted.every((axis, i) => axis === own[i])
    if (x.kind === 'view' && inOrder && !this.#shared.has(x))
      return viewText(x, slots, this.#reading())
    const text = this.#shared.get(x) ?? this.#text(x)
    const turned = inOrder ? text : permuted(text, own, wanted)
    return slots.includes(undefined) ? widened(turned, slots) : turned
  }

  #text(x: TensorExpression): Python {
    switch (x.kind) {
      case 'literal':
        return numberText(x.value)
      case 'total':
        return atom(this.#total)
      case 'view':
        return viewText(x, this.#axesOf(x), this.#reading())
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

  #reading(): Reading {
    return { nameOf: (tensor) => this.#around.nameOf(tensor), turns: this.#turns }
  }

  #gather(x: Gather): Python {
    const { tensor, at, extents } = x
    const flat = tensor.shape.length === 1 ? '' : tensor.varying ? '.flatten(1)' : '.flatten()'
    const places = this.#around.places(at, extents)
    const text = `${this.#around.nameOf(tensor)}${flat}[${tensor.varying ? ':, ' : ''}${places}]`
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
    const texts = x.factors.map((factor, k) => this.aligned(factor, own[k]!))
    return contractionText(texts, own, this.#axesOf(x))
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
