/**
 * Lines of text with numbers in them that may move from one repetition to the next. Two lines are of
 * one form if they differ in nothing but those numbers.
 */

/** Where a number stands in its line, and so how it is written. */
type Role =
  /** At the end of a name: v12, and v{3t + 1} where it moves. */
  | 'name'
  /** By itself: 12, and 3t + 1. */
  | 'place'
  /** After other terms: + 12, or nothing where it is 0. */
  | 'term'
  /** After a table that is read, which is what it is: only a move is told. */
  | 'shift'

/** What writes the numbers of a line, from left to right. */
export interface Digits {
  /** A name, whose number at the end may move; without one it is a word. */
  name(text: string, what: object): string
  /** A word that stands for `what`: where that is another, the line is of another form. */
  word(text: string, what: object): string
  place(n: number): string
  term(n: number): string
  shift(table: Int32Array): string
}

/** Numbers as they are. */
export const plain: Digits = {
  name: (text) => text,
  word: (text) => text,
  place: String,
  term: (n) => (n === 0 ? '' : ` + ${n}`),
  shift: () => '',
}

/** What lines of one form have in common. */
interface Form {
  readonly number: number
  /** What stands between the numbers. */
  readonly texts: readonly string[]
  readonly roles: readonly Role[]
}

export interface Line {
  readonly form: Form
  readonly numbers: readonly number[]
}

/**
 * What stands for a number until it is written: one sign for each role, one for each shape of a table.
 * Words that stand for several things have a sign behind them that is left out again.
 */
const signs = { name: '\uE000', place: '\uE001', term: '\uE002' }
const roles = new Map<string, Role>(
  Object.entries(signs).map(([role, sign]) => [sign, role as Role]),
)

/** Leaves out the numbers of a line, and remembers them. */
export class Reader implements Digits {
  readonly #forms = new Map<string, Form>()
  readonly #names = new Map<string, { text: string; n: number | undefined }>()
  readonly #words = new Map<string, Map<object, number>>()
  readonly #shapes = new Shapes()
  #numbers: number[] = []

  /** The line that `write` gives, with this to write its numbers. */
  line(write: (digits: Digits) => string): Line {
    this.#numbers = []
    const text = write(this)
    let form = this.#forms.get(text)
    if (form === undefined) {
      const parts = text.split(/([\uE000-\uE002]|\uE003\d+\uE003)/)
      const texts = parts
        .filter((_, i) => i % 2 === 0)
        .map((part) => part.replaceAll(/\uE004\d+\uE004/g, ''))
      const own = parts.filter((_, i) => i % 2 === 1).map((sign) => roles.get(sign) ?? 'shift')
      form = { number: this.#forms.size, texts, roles: own }
      this.#forms.set(text, form)
    }
    return { form, numbers: this.#numbers }
  }

  name(text: string, what: object): string {
    let known = this.#names.get(text)
    if (known === undefined) {
      const [, letters, digits, rest] = /^(.*?)(0|[1-9]\d{0,8})(′?)$/.exec(text) ?? []
      known =
        digits === undefined
          ? { text, n: undefined }
          : { text: `${letters}${signs.name}${rest}`, n: Number(digits) }
      this.#names.set(text, known)
    }
    if (known.n === undefined) return this.word(text, what)
    this.#numbers.push(known.n)
    return known.text
  }

  word(text: string, what: object): string {
    const things = this.#words.get(text) ?? new Map<object, number>()
    const number = things.get(what) ?? things.size
    things.set(what, number)
    this.#words.set(text, things)
    return number === 0 ? text : `${text}\uE004${number}\uE004`
  }

  place(n: number): string {
    this.#numbers.push(n)
    return signs.place
  }

  term(n: number): string {
    this.#numbers.push(n)
    return signs.term
  }

  shift(table: Int32Array): string {
    this.#numbers.push(table[0]!)
    return `\uE003${this.#shapes.of(table)}\uE003`
  }
}

/** Tables are of one shape if they are the same but for a constant. */
class Shapes {
  readonly #known = new Map<Int32Array, number>()
  readonly #byHash = new Map<number, Int32Array[]>()

  of(table: Int32Array): number {
    const known = this.#known.get(table)
    if (known !== undefined) return known
    const hash = table.reduce((sum, place) => (Math.imul(sum, 31) + place - table[0]!) | 0, 1)
    const alike = this.#byHash.get(hash) ?? []
    const same = alike.find((other) => areShifted(other, table))
    const shape = same ? this.#known.get(same)! : this.#known.size
    if (same === undefined) this.#byHash.set(hash, [...alike, table])
    this.#known.set(table, shape)
    return shape
  }
}

function areShifted(a: Int32Array, b: Int32Array): boolean {
  const shift = b[0]! - a[0]!
  return a.length === b.length && a.every((place, i) => place + shift === b[i])
}

/**
 * A line under `indices`: `numbers` are its own where all of these are 0, and each index moves them by
 * `moves`, its list of a number each.
 */
export function lineText(
  { texts, roles }: Form,
  numbers: readonly number[],
  moves: readonly (readonly number[])[],
  indices: readonly string[],
): string {
  let text = texts[0]!
  for (const [i, role] of roles.entries()) {
    const terms = moves.flatMap((move, k) =>
      move[i] === 0 ? [] : [[move[i]!, indices[k]!] as const],
    )
    text += numberText(role, numbers[i]!, terms) + texts[i + 1]!
  }
  return text
}

type Term = readonly [number, string]

function numberText(role: Role, at: number, terms: readonly Term[]): string {
  if (role === 'shift') return sumOf(terms, true)
  if (terms.length === 0) return role === 'term' ? plain.term(at) : plain.place(at)
  const text = sumOf(at === 0 ? terms : [...terms, [at, '']], role === 'term')
  return role === 'name' ? `{${text}}` : text
}

/** 3t − 2, what is added first; + 3t − 2 where it goes on after other terms. */
function sumOf(terms: readonly Term[], goesOn: boolean): string {
  const ordered = [...terms.filter(([n]) => n > 0), ...terms.filter(([n]) => n < 0)]
  return ordered
    .map(([n, index], i) => {
      const size = Math.abs(n) === 1 && index !== '' ? '' : String(Math.abs(n))
      const sign = i === 0 && !goesOn ? (n < 0 ? '−' : '') : n < 0 ? ' − ' : ' + '
      return `${sign}${size}${index}`
    })
    .join('')
}
