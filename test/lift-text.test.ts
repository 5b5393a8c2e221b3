/** What a lifted program looks like: a recurrence once, under an index, and nothing of it untrue. */
import { defineOp, dot, type Operand, Random, sum, type Value, value } from 'chainrule'
import { lift, type LoopProgram, toCode, toGroups, toLoops } from 'chainrule/lift'
import { crossEntropy, meanSquaredError } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { describe, expect, test } from 'vitest'
import { type Item, repetitionsOf } from '../src/lift/repetition.ts'
import { unrolled } from './unrolled.ts'

const values = (n: number): Value[] => Array.from({ length: n }, (_, i) => value(0.1 * i - 0.2))
const linesOf = (text: string): string[] => text.split('\n')

/** The readme's: h = tanh(own · h + other · x[t % 8]). */
function recurrence(steps: number): LoopProgram {
  const [own, start, other] = values(3) as [Value, Value, Value]
  const f = (x: Value[], y: Value): Value => {
    let h = start
    for (let t = 0; t < steps; t++)
      h = own
        .mul(h)
        .add(other.mul(x[t % 8]!))
        .tanh()
    return h.sub(y).pow(2)
  }
  return lift(f, { inputs: [{ length: 8 }, 'number'], parameters: [own, start, other] })
}

/** A cell with gates, four neurons of each, over steps of two inputs. */
function cell(steps: number): LoopProgram {
  const parameters = values(16 * 7)
  const rows = Array.from({ length: 16 }, (_, k) => parameters.slice(7 * k, 7 * k + 7))
  const zeros = [0, 0, 0, 0].map((x) => value(x))
  const f = (x: Value[], y: Value): Value => {
    let [h, c] = [zeros, zeros]
    for (let t = 0; t < steps; t++) {
      const read = [...h, x[2 * t]!, x[2 * t + 1]!, value(1)]
      const gates = rows.map((w, k) => (k < 12 ? dot(w, read).sigmoid() : dot(w, read).tanh()))
      c = c.map((own, k) => gates[k]!.mul(own).add(gates[k + 4]!.mul(gates[k + 12]!)))
      h = c.map((own, k) => gates[k + 8]!.mul(own.tanh()))
    }
    return sum(h).sub(y).pow(2)
  }
  return lift(f, { inputs: [{ length: 2 * steps }, 'number'], parameters })
}

/** A spring with friction, by Euler's method. */
function integrator(steps: number): LoopProgram {
  const [stiffness, friction] = values(2) as [Value, Value]
  const f = (x0: Value, v0: Value): Value => {
    let [x, v] = [x0, v0]
    for (let t = 0; t < steps; t++) {
      const a = stiffness.mul(x).neg().sub(friction.mul(v))
      x = x.add(v.mul(0.01))
      v = v.add(a.mul(0.01))
    }
    return x.pow(2).add(v.pow(2))
  }
  return lift(f, { inputs: 2, parameters: [stiffness, friction] })
}

/** Inputs that come around again, beside one that does not. */
function around(steps: number): LoopProgram {
  const [start] = values(1)
  const f = (x: Value[]): Value => {
    let h = start!
    for (let t = 0; t < steps; t++) h = h.mul(x[t % 8]!).tanh()
    return h
  }
  return lift(f, { inputs: [{ length: 8 }], parameters: [start!] })
}

/** Ten steps inside of each step. */
function nested(steps: number): LoopProgram {
  const [start, own] = values(2) as [Value, Value]
  const f = (x: Value[]): Value => {
    let h = start
    for (let t = 0; t < steps; t++) {
      for (let s = 0; s < 10; s++) h = h.mul(own).add(x[s]!).tanh()
      h = h.add(x[10 + t]!).sin()
    }
    return h
  }
  return lift(f, { inputs: [{ length: 10 + steps }], parameters: [start, own] })
}

/** Eight steps inside of each, that read inputs ever farther apart. */
function spreading(steps: number): LoopProgram {
  const [start] = values(1)
  const f = (x: Value[]): Value => {
    let h = start!
    for (let t = 0; t < steps; t++) for (let s = 0; s < 8; s++) h = h.mul(x[s * t]!).tanh()
    return h
  }
  return lift(f, { inputs: [{ length: 8 * steps }], parameters: [start!] })
}

/** Seven states that read each other, and inputs, in an order without a pattern. */
function wired(steps: number): LoopProgram {
  const order = [3, 0, 6, 1, 5, 2, 4]
  const f = (x: Value[]): Value => {
    let h = x.slice(0, 7)
    for (let t = 1; t <= steps; t++) {
      const s = h.map((v) => v.tanh())
      h = order.map((j, i) => s[j]!.mul(s[i]!).add(x[7 * t + j]!))
    }
    return sum(h)
  }
  return lift(f, { inputs: [{ length: 7 * steps + 7 }] })
}

/** The rows of a table, whatever its columns are wide. */
const cells = (table: string): string[] =>
  linesOf(table).map((row) => row.trim().replaceAll(/ {2,}/g, '  '))

function expectTrue(program: LoopProgram): void {
  const whole = { rolled: false }
  expect(linesOf(unrolled(toLoops(program)))).toEqual(linesOf(toLoops(program, whole)))
  expect(linesOf(unrolled(toCode(program)))).toEqual(linesOf(toCode(program, whole)))
  expect(cells(unrolled(toGroups(program)))).toEqual(cells(toGroups(program, whole)))
}

describe('a recurrence stands there once', () => {
  test('of 1,000 steps', () => {
    const program = recurrence(1000)
    expect(toLoops(program)).toMatchInlineSnapshot(`
      "4,015 scalars in 3,007 groups, 4,008 loop nests
      3 parameters p, 8 inputs x0, 1 input x1

      for every example e:
        v2[e, 8i + j] = p[2] × x0[e, j]   i<125, j<8
        v4[e] = tanh((p[0] × p[1]) + v2[e, 0])
        t = 1 … 999:
          v{3t + 4}[e] = tanh((p[0] × v{3t + 1}[e]) + v2[e, t])
        v3002[e] = v3001[e] − x1[e]
        v3003[e] = pow(v3002[e], 2)
        total = Σ e: v3003[e]
        v3003′[e] = seed
        v3000′[e] = (1 − (v3001[e] × v3001[e])) × ((2 × pow(v3002[e], 1)) × v3003′[e])
        t = 998 … 0:
          v{3t + 3}′[e] = (1 − (v{3t + 4}[e] × v{3t + 4}[e])) × (p[0] × v{3t + 6}′[e])
        t = 999 … 0:
          v2′[e, t] = v{3t + 3}′[e]
        v1′ = Σ e: v3′[e]
        ∂p[0] = Σ e: v2998[e] × v3000′[e]
        t = 997 … 0:
          ∂p[0] += Σ e: v{3t + 4}[e] × v{3t + 6}′[e]
        ∂p[2] = Σ i<125, j<8, e: x0[e, j] × v2′[e, 8i + j]

      once, after all examples:
        ∂p[0] += p[1] × v1′
        ∂p[1] = p[0] × v1′"
    `)
    expect(toGroups(program)).toMatchInlineSnapshot(`
      "group         operation  members  computed      from
      parameter                      3  once
      input                          8  each example
      input                          1  each example
      literal 2                      1  once
      v1            mul              1  once          parameter, parameter
      v2            mul          1,000  each example  parameter, input
      v3            add              1  each example  v1, v2
      t = 1 … 999:
        v{3t + 1}   tanh             1  each example  v{3t}
        v{3t + 2}   mul              1  each example  parameter, v{3t + 1}
        v{3t + 3}   add              1  each example  v{3t + 2}, v2
      v3001         tanh             1  each example  v3000
      v3002         sub              1  each example  v3001, input
      v3003         pow              1  each example  v3002, literal 2"
    `)
    expectTrue(program)
  })

  test('of gates and layers', () => {
    const program = cell(20)
    expect(toLoops(program)).toMatchSnapshot('as mathematics')
    expect(toCode(program)).toMatchSnapshot('as loops')
    expectTrue(program)
  })

  test.each([
    ['an integrator', integrator],
    ['inputs that come around again', around],
    ['a recurrence in a recurrence', nested],
    ['reads that move by 0, 1, 2, … from step to step', spreading],
    ['tables, the same and shifted', wired],
  ])('%s', (_, of) => {
    expect(toLoops(of(20))).toMatchSnapshot()
    expectTrue(of(20))
    expectTrue(of(33))
  })

  test.each([recurrence, cell, integrator, nested, wired])(
    '%o: not longer for more steps',
    (of) => {
      expect(linesOf(toLoops(of(43)))).toHaveLength(linesOf(toLoops(of(21))).length)
      expect(linesOf(toCode(of(43)))).toHaveLength(linesOf(toCode(of(21))).length)
      expect(linesOf(toGroups(of(43)))).toHaveLength(linesOf(toGroups(of(21))).length)
    },
  )
})

describe('what does not come again is written as it was', () => {
  const random = new Random(1)
  const small = new MLP(2, [16, 16, 1], { activation: 'relu', random })
  const digits = new MLP(64, [32, 10], { activation: 'tanh', random })
  const weights = values(40)
  const order = weights.map((_, i) => ((i * 17) % 41) % 40)

  test.each<[string, LoopProgram]>([
    ['two numbers', lift((x, y) => x.mul(y).add(x.sin()), { inputs: 2 })],
    [
      'a network',
      lift((x: Value[], y: Value) => meanSquaredError(small.forward(x), y), {
        inputs: [{ length: 2 }, 'number'],
        parameters: small.parameters(),
      }),
    ],
    [
      'a classifier',
      lift((x: Value[], y: Value) => crossEntropy(digits.forward(x), y), {
        inputs: [{ length: 64 }, 'index'],
        parameters: digits.parameters(),
      }),
    ],
    [
      'wiring',
      lift((x: Value[]) => sum(weights.map((w, i) => w.mul(x[order[i]!]!))).tanh(), {
        inputs: [{ length: 40 }],
        parameters: weights,
      }),
    ],
    ['two steps', recurrence(2)],
    ['three steps', recurrence(3)],
  ])('%s', (_, program) => {
    expect(toLoops(program)).toBe(toLoops(program, { rolled: false }))
    expect(toCode(program)).toBe(toCode(program, { rolled: false }))
    expect(toGroups(program)).toBe(toGroups(program, { rolled: false }))
  })

  test('tables that differ', () => {
    const orders = [
      [3, 0, 6, 1, 5, 2, 4],
      [3, 4, 0, 5, 2, 6, 1],
    ]
    const ways = [0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0]
    const f = (x: Value[]): Value => {
      let h = x
      for (const way of ways) {
        const s = h.map((v) => v.tanh())
        h = orders[way]!.map((j, i) => s[j]!.mul(s[i]!).sin())
      }
      return sum(h)
    }
    const program = lift(f, { inputs: [{ length: 7 }] })
    expect(toLoops(program)).toBe(toLoops(program, { rolled: false }))
  })

  test('operations that differ, though they are called the same', () => {
    const halves = Array.from({ length: 20 }, (_, t) =>
      defineOp({
        name: 'part',
        arity: 1,
        eval: (x) => x / (t + 2),
        partials: () => [1 / (t + 2)],
        lower: (m, x) => m.mul(x, 1 / (t + 2)),
      }),
    )
    const parts = lift((x) => halves.reduce<Value>((h, part) => part(h).tanh(), x), { inputs: 1 })
    expect(toLoops(parts)).toContain('part(')
    expect(toLoops(parts)).toBe(toLoops(parts, { rolled: false }))
  })

  test('steps that each multiply by another number', () => {
    const factors = Array.from({ length: 30 }, (_, t) => Math.cos(t))
    const program = lift((x) => factors.reduce<Value>((h, c) => h.sin().mul(c).tanh(), x), {
      inputs: 1,
    })
    expect(toLoops(program)).toBe(toLoops(program, { rolled: false }))
  })
})

/** A function with loops in it, up to three inside one another, with all kinds of reads. */
function randomProgram(random: Random): LoopProgram {
  const parameters = values(4)
  const pick = <T>(of: readonly T[]): T => of[random.randint(0, of.length - 1)]!
  type Step = (h: Value[], x: Value[], at: readonly number[]) => Value
  const steps = (): Step => {
    const [kind, back, from, every, p] = [0, 0, 0, 0, 0].map(() => random.randint(0, 5))
    const read = (h: Value[]): Value => h[Math.max(0, h.length - 1 - back!)]!
    const input = (x: Value[], at: readonly number[]): Value =>
      x[(from! + (at.at(-1) ?? 0) * every! + (at.at(-2) ?? 0)) % x.length]!
    return pick<Step>([
      (h) => h.at(-1)!.mul(read(h)).tanh(),
      (h, x, at) => read(h).add(input(x, at)).sin(),
      (h, x, at) =>
        h
          .at(-1)!
          .mul(parameters[p! % 4]!)
          .add(input(x, at)),
      (h) =>
        read(h)
          .sub(h.at(-1)!)
          .mul(kind! + 1),
      (h, x) => dot(parameters, x.slice(back, back! + 4)).add(h.at(-1)!),
      (h, x, at) =>
        (at.at(-1) ?? 0) % (kind! + 1) === 0 ? h.at(-1)!.tanh() : read(h).mul(input(x, at)),
    ])
  }
  interface Loop {
    readonly times: number
    readonly body: readonly (Step | Loop)[]
  }
  const loop = (depth: number): Loop => ({
    times: random.randint(1, depth === 0 ? 20 : 5),
    body: Array.from({ length: random.randint(1, 4) }, () =>
      depth < 2 && random.random() < 0.3 ? loop(depth + 1) : steps(),
    ),
  })
  const program = [loop(0), loop(0)]
  const run = ({ times, body }: Loop, h: Value[], x: Value[], at: readonly number[]): void => {
    for (let t = 0; t < times; t++)
      for (const part of body)
        if (typeof part === 'function') h.push(part(h, x, [...at, t]))
        else run(part, h, x, [...at, t])
  }
  const f = (x: Value[]): Operand => {
    const h = [parameters[0]!.add(x[0]!)]
    for (const part of program) run(part, h, x, [])
    return h.at(-1)!
  }
  return lift(f, { inputs: [{ length: 30 }], parameters })
}

describe('the text is true', () => {
  test.each([1, 2, 3, 4])('of random programs, %i', (seed) => {
    const random = new Random(seed)
    let [rolled, whole] = [0, 0]
    for (let k = 0; k < 20; k++) {
      const program = randomProgram(random)
      expectTrue(program)
      rolled += linesOf(toLoops(program)).length
      whole += linesOf(toLoops(program, { rolled: false })).length
    }
    expect(rolled).toBeLessThan(whole / 2)
  })
})

test('a repetition is found wherever it is, and is none but that', () => {
  const random = new Random(3)
  for (let k = 0; k < 300; k++) {
    const [period, times] = [random.randint(1, 40), random.randint(3, 9)]
    if ((times - 1) * period < 5) continue
    const noise = (): Item => ({ form: random.randint(0, 3), numbers: [random.randint(0, 1e6)] })
    const list = (length: number): Item[] => Array.from({ length }, noise)
    const [before, body, after] = [list(random.randint(0, 50)), list(period), list(20)]
    const steps = body.map(() => random.randint(-3, 3))
    const repeated = Array.from({ length: times }, (_, t) =>
      body.map(({ form, numbers: [n] }, i) => ({ form, numbers: [n! + t * steps[i]!] })),
    )
    const items = [...before, ...repeated.flat(), ...after]
    // It may begin a little sooner by chance, but not last another time.
    const [found, ...others] = repetitionsOf(items)
    expect(others).toEqual([])
    expect(found).toMatchObject({ period, times })
    expect(before.length - found!.at).toBeOneOf([0, 1, 2])
  }
})

test('40,000 nests are read in a moment', () => {
  const program = recurrence(10_000)
  const before = performance.now()
  const text = toLoops(program)
  // A quarter of a second; what is quadratic takes a minute.
  expect(performance.now() - before).toBeLessThan(10_000)
  expect(linesOf(text).length).toBeLessThan(30)
})
