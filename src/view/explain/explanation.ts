import type { Value } from '../../engine.ts'
import { factsText, formulaText } from '../formula-text.ts'
import { type Numeral, numeral } from '../number.ts'
import type { Names } from '../value-formula.ts'
import type { Check } from './check.ts'
import { explanationHtml } from './explanation-html.ts'
import { explanationText } from './explanation-text.ts'
import type { Station } from './flow.ts'
import type { Rest } from './paths.ts'
import type { Hop, Term } from './term.ts'
import { definitionsIn } from './words.ts'

/** What an explanation says. */
export interface Contents {
  /** ∂f/∂x, the sum of all terms. */
  readonly gradient: number
  /** How many ways lead from f to x; exact up to 2⁵³. */
  readonly ways: number
  /** The gradient of every Value between, f first; empty where there are too many to read. */
  readonly flow: readonly Station[]
  /** The largest ways. */
  readonly terms: readonly Term[]
  /** The sum over all others, and how many they are. */
  readonly rest: Rest
  readonly check: Check
}

/** Where ∂f/∂x comes from: made by `explain`. */
export class Explanation implements Contents {
  readonly f: Value
  readonly x: Value
  readonly gradient: number
  readonly ways: number
  readonly flow: readonly Station[]
  readonly terms: readonly Term[]
  readonly rest: Rest
  readonly check: Check
  /** What Values are called in it. */
  readonly names: Names

  constructor(f: Value, x: Value, names: Names, contents: Contents) {
    this.f = f
    this.x = x
    this.names = names
    this.gradient = contents.gradient
    this.ways = contents.ways
    this.flow = contents.flow
    this.terms = contents.terms
    this.rest = contents.rest
    this.check = contents.check
  }

  /** To read in a terminal. */
  toString(): string {
    return explanationText(this)
  }

  /** An `<article>` for a page, formulas as MathML; labels in it cannot become markup. */
  toHtml(): string {
    return explanationHtml(this)
  }

  /** Plain data; NaN, the infinities and −0 by name. */
  toJSON(): ExplanationData {
    const { names, f, x, check } = this
    const text = (v: Value): string => formulaText(names.formulaOf(v), 'code')
    const hop = ({ through, operand, partial, formula }: Hop): HopData => ({
      through: text(through),
      operation: through.op!.name,
      operand,
      partial: numeral(partial),
      formula: formulaText(formula, 'code'),
      since: factsText(formula.facts),
    })
    return {
      f: {
        name: names.nameOf(f),
        formula: formulaText(names.definitionOf(f), 'code'),
        data: numeral(f.data),
      },
      x: { name: names.nameOf(x), data: numeral(x.data) },
      gradient: numeral(this.gradient),
      ways: numeral(this.ways),
      flow: this.flow.map(({ value, gradient, arrivals }) => ({
        value: text(value),
        gradient: numeral(gradient),
        arrivals: arrivals.map((a) => ({
          ...hop(a),
          upstream: numeral(a.upstream),
          term: numeral(a.term),
        })),
      })),
      terms: this.terms.map(({ value, hops, length }) => ({
        value: numeral(value),
        length,
        hops: hops.map(hop),
      })),
      rest: { value: numeral(this.rest.value), ways: numeral(this.rest.count) },
      check: {
        passed: check.passed,
        sweep: numeral(check.sweep),
        difference:
          typeof check.difference === 'number' ? numeral(check.difference) : check.difference,
        grad: check.grad === undefined ? null : numeral(check.grad),
        findings: check.findings,
      },
      where: definitionsIn(this).map(({ name, formula, value }) => ({
        name,
        formula: formula === undefined ? null : formulaText(formula, 'code'),
        data: numeral(value.data),
      })),
    }
  }
}

/** A hop as data: the partial of `through` by its operand. */
interface HopData {
  readonly through: string
  readonly operation: string
  readonly operand: number
  readonly partial: Numeral
  readonly formula: string
  /** What holds at this point and made the formula so simple; '' where nothing had to. */
  readonly since: string
}

/** An explanation as plain data. */
export interface ExplanationData {
  readonly f: { readonly name: string; readonly formula: string; readonly data: Numeral }
  readonly x: { readonly name: string; readonly data: Numeral }
  readonly gradient: Numeral
  readonly ways: Numeral
  readonly flow: readonly {
    readonly value: string
    readonly gradient: Numeral
    readonly arrivals: readonly (HopData & { readonly upstream: Numeral; readonly term: Numeral })[]
  }[]
  readonly terms: readonly {
    readonly value: Numeral
    readonly length: number
    readonly hops: readonly HopData[]
  }[]
  readonly rest: { readonly value: Numeral; readonly ways: Numeral }
  readonly check: {
    readonly passed: boolean
    readonly sweep: Numeral
    /** What differences find, or why they say nothing. */
    readonly difference: Numeral | Extract<Check['difference'], string>
    readonly grad: Numeral | null
    readonly findings: readonly string[]
  }
  /** What the names stand for, of those that came up first. */
  readonly where: readonly {
    readonly name: string
    /** null: a leaf. */
    readonly formula: string | null
    readonly data: Numeral
  }[]
}
