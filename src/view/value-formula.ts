/** The formula of a Value: its expression down to leaves where that is short, a name where not. */
import { partialsOf } from '../adjoints.ts'
import type { Value } from '../engine.ts'
import {
  basisFormula,
  callFormula,
  type Formula,
  formulasHere,
  isBasis,
  lateNameFormula,
  nameFormula,
  numberFormula,
} from './formula.ts'

/** More than so many names, numbers and operations in a row, and a Value goes by a short name. */
const size = 8

/** The operands of longer lists go by their names. */
const many = 64

/** Longer labels are cut: a formula is to be read. */
const labelLength = 40

/** What Values are called in formulas. Equal labels of different Values are told apart: w#2. */
export class Names {
  readonly #names = new Map<Value, string>()
  readonly #taken = new Map<string, number>()
  readonly #formulas = new Map<Value, Formula>()
  readonly #partials = new Map<Value, readonly (Formula | undefined)[]>()
  readonly #given: (v: Value) => string | undefined

  /** `given` names Values before their labels do. */
  constructor(given: (v: Value) => string | undefined = () => undefined) {
    this.#given = given
  }

  /** Its given name or its label; else v1, v2, … in the order in which they are asked for. */
  nameOf(v: Value): string {
    const known = this.#names.get(v)
    if (known !== undefined) return known
    const wanted = this.#given(v) ?? v.label
    const name = wanted === undefined ? this.#next() : this.#apart(readable(wanted))
    this.#names.set(v, name)
    return name
  }

  /** The Values that were called by a name, in the order in which they came up. */
  get mentioned(): ReadonlyMap<Value, string> {
    return this.#names
  }

  /** As an operand: a literal as its number, a labelled Value by its label, else its expression. */
  formulaOf(v: Value): Formula {
    const known = this.#formulas.get(v)
    if (known !== undefined) return known
    const formula = this.#isAtom(v) || !this.#fits(v) ? this.#atom(v) : this.#applied(v)
    this.#formulas.set(v, formula)
    return formula
  }

  /** What a Value is computed by, even where it has a name of its own. */
  definitionOf(v: Value): Formula {
    return v.op === undefined ? this.#atom(v) : this.#applied(v)
  }

  /** ∂v/∂inputs[i] as formulas, at this very point; undefined where no derivative flows. */
  partialsOf(v: Value): readonly (Formula | undefined)[] {
    let found = this.#partials.get(v)
    if (found !== undefined) return found
    const of = (x: Value): Formula =>
      x === v || v.inputs.length <= many ? this.formulaOf(x) : this.#atom(x)
    found = partialsOf(formulasHere, v, of).map((partial) =>
      typeof partial === 'number' ? numberFormula(partial) : partial,
    )
    this.#partials.set(v, found)
    return found
  }

  #isAtom(v: Value): boolean {
    return v.op === undefined || v.label !== undefined || this.#given(v) !== undefined
  }

  #atom(v: Value): Formula {
    if (v.first === null && v.label === undefined) return numberFormula(v.data)
    return lateNameFormula(() => this.nameOf(v), v.data)
  }

  #applied(v: Value): Formula {
    const args = this.#operands(v)
    const op = v.op!
    return isBasis(op) ? basisFormula(op.name, args) : callFormula(op.name, args, v.data)
  }

  /** The operands; of a long list the first few, and how many more there are. */
  #operands({ inputs }: Value): Formula[] {
    if (inputs.length <= size) return inputs.map((x) => this.formulaOf(x))
    const shown = inputs.slice(0, size - 2).map((x) => this.formulaOf(x))
    return [...shown, nameFormula(`… ${inputs.length - shown.length} more`)]
  }

  /** Whether an expression is short enough, without looking at more of it than that. */
  #fits(v: Value): boolean {
    const open = [v]
    for (let count = 1; open.length > 0; count++) {
      const next = open.pop()!
      if (count > size) return false
      if (next !== v && this.#isAtom(next)) continue
      if (next.inputs.length > size) return false
      open.push(...next.inputs)
    }
    return true
  }

  #apart(name: string): string {
    const count = (this.#taken.get(name) ?? 0) + 1
    this.#taken.set(name, count)
    return count === 1 ? name : this.#apart(`${name}#${count}`)
  }

  #next(): string {
    const count = (this.#taken.get('') ?? 0) + 1
    this.#taken.set('', count)
    return this.#taken.has(`v${count}`) ? this.#next() : this.#apart(`v${count}`)
  }
}

/** On one line and not too long. */
function readable(label: string): string {
  const line = label.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > labelLength ? `${line.slice(0, labelLength - 1)}…` : line || '·'
}
