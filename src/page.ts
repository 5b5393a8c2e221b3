/**
 * Where the numbers of Values live. Values made one after the other share a page of typed arrays, so
 * that a Value is one small object, and a page is garbage as soon as its Values are. A reader may
 * move leaves to a page of its own (a kernel's memory): their data and grad then read and write that.
 */

/** Where in a model a Value was made; modules nest. */
export interface Scope {
  readonly name: string
  readonly parent: Scope | undefined
}

/** Values on a page: few, so that one long-lived Value keeps little else alive. */
const size = 256
let opened = 0
let scope: Scope | undefined

/** Numbers of a page: its own, or a stretch of a kernel's memory. */
export type Numbers = Float64Array | Float32Array

export class Page {
  /** Pages are numbered as they are opened: page and place together tell which Value is older. */
  number: number = opened++
  data: Numbers = new Float64Array(size)
  grad: Numbers = new Float64Array(size)
  /** Places taken. */
  length = 0
  /** Scratch of the walk that is on this page: what it has reached, by place. See order.ts. */
  walk: object | undefined = undefined
  reached: unknown[] = []
  /** The same of a walk that this one interrupts. */
  outer: Pick<Page, 'walk' | 'reached' | 'outer'> | undefined = undefined
  labels: Map<number, string> | undefined = undefined
  /** Values from place `from` on were made in `scope`: one entry a change, nothing for each Value. */
  readonly scopes: { readonly from: number; readonly scope: Scope | undefined }[] = []
}

let current = new Page()

function turn(): Page {
  current = new Page()
  if (scope !== undefined) current.scopes.push({ from: 0, scope })
  return current
}

/** A place on a page: what a Value is apart from its history. Its numbers, its notes, its print. */
export class Place {
  /** @internal */
  page: Page = current.length < size ? current : turn()
  /** @internal */
  at: number = this.page.length++

  /** The number itself. Writable on a leaf. */
  get data(): number {
    return this.page.data[this.at]!
  }
  set data(data: number) {
    this.page.data[this.at] = data
  }

  /** ∂result/∂this, as the last `backward` found it; 0 before one. Writable on a leaf. */
  get grad(): number {
    return this.page.grad[this.at]!
  }
  set grad(grad: number) {
    this.page.grad[this.at] = grad
  }

  /** A name for pictures and messages. */
  get label(): string | undefined {
    return this.page.labels?.get(this.at)
  }
  set label(label: string | undefined) {
    if (label === undefined) this.page.labels?.delete(this.at)
    else (this.page.labels ??= new Map()).set(this.at, label)
  }

  /** The module this was made in, if one was at work. */
  get scope(): Scope | undefined {
    return this.page.scopes.findLast(({ from }) => from <= this.at)?.scope
  }

  /** `Value(label: data=…, grad=…)` */
  toString(): string {
    const name = this.label === undefined ? '' : `${this.label}: `
    return `Value(${name}data=${this.data}, grad=${this.grad})`
  }

  /** `2 * a` and `a > 0` would be numbers without a history, so they are refused. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString()
    throw new TypeError(
      'operators cannot follow a Value: write a.mul(2) for 2 * a, a.gt(0) for a > 0, or use a.data.',
    )
  }

  /** What `JSON.stringify` writes: the numbers, not the graph. */
  toJSON(): { label?: string | undefined; data: number; grad: number } {
    return { label: this.label, data: this.data, grad: this.grad }
  }

  /** What `console.log` shows in Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

/** Runs `body`; the Values it makes remember that they were made in `name`, inside today's scope. */
export function inScope<R>(name: string, body: () => R): R {
  const outer = scope
  enter({ name, parent: outer })
  try {
    return body()
  } finally {
    enter(outer)
  }
}

function enter(next: Scope | undefined): void {
  scope = next
  current.scopes.push({ from: current.length, scope })
}
