/** Graphs of very many small groups: recurrences, deep networks wired at random. Their code is as small as their kinds are few. */
import { type Operand, Random, type Value, value } from 'chainrule'
import { compile, type Precision, ship } from 'chainrule/compile'
import { SGD } from 'chainrule/optim'
import { describe, expect, test } from 'vitest'
import { toWat } from '../src/compile/wasm/text.ts'
import { eagerStep, furthest } from './compiled-suite.ts'

/** A recurrent cell of two units, its sequence `steps` long. */
function recurrence(steps: number) {
  const parameters = [0.5, -0.2, 0.3, 0.4, 0.1, -0.6].map((x) => value(x))
  const [a, b, c, d, e, f] = parameters as [Value, Value, Value, Value, Value, Value]
  const outputs = (x: readonly Operand[]): Value[] => {
    let [h, g] = [value(0), value(0)]
    for (let t = 0; t < steps; t++) {
      const input = x[t % x.length]!
      const next = h.mul(a).add(g.mul(b)).add(e.mul(input)).tanh()
      g = h.mul(c).add(g.mul(d)).sub(f).sigmoid()
      h = next
    }
    return [h, g]
  }
  const loss = (x: readonly Operand[], y: Operand): Value => {
    const [h, g] = outputs(x) as [Value, Value]
    return h.mul(g).sub(y).pow(2)
  }
  return { parameters, outputs, loss }
}

/** Layers of 16 units, each of which reads two units of the layer before, any two: no access has a pattern. */
function tangle(layers: number) {
  const random = new Random(5)
  const parameters = Array.from({ length: 16 }, () => value(random.uniform(-1, 1)))
  const wires = Array.from({ length: layers * 16 }, () =>
    [0, 0, 0].map(() => random.randint(0, 15)),
  )
  const loss = (x: readonly Operand[], y: Operand): Value => {
    let units: readonly Operand[] = parameters.map((p, i) => p.mul(x[i % x.length]!))
    for (let layer = 0; layer < layers; layer++)
      units = units.map((_, i) => {
        const [p, q, w] = wires[layer * 16 + i]! as [number, number, number]
        return parameters[w]!.mul(units[p]!).add(units[q]!).sin()
      })
    return (units[3] as Value).sub(y).pow(2)
  }
  return { parameters, loss }
}

/** Single operations of every kind, on any two numbers made before. */
function thicket(operations: number) {
  const random = new Random(9)
  const parameters = [0.4, -0.7, 1.1].map((x) => value(x))
  const wires = Array.from({ length: operations }, () => [0, 0, 0].map(() => random.random()))
  const kinds: ((a: Value, b: Value) => Value)[] = [
    (a, b) => a.add(b).tanh(),
    (a, b) => a.mul(b).sin(),
    (a, b) => a.sub(b).sigmoid(),
    (a, b) => a.max(b).mul(0.9),
    (a, b) => a.gt(b).mul(a).add(b.cos()),
  ]
  const loss = (x: readonly Operand[], y: Operand): Value => {
    const made = [...x.map((v) => parameters[0]!.mul(v)), ...parameters]
    for (const [near, far, kind] of wires as [number, number, number][]) {
      const a = made[made.length - 1 - Math.floor(near * Math.min(8, made.length))]!
      const b = made[Math.floor(far * made.length)]!
      made.push(kinds[Math.floor(kind * kinds.length)]!(a, b))
    }
    return made.at(-1)!.sub(y).pow(2)
  }
  return { parameters, loss }
}

/** One number, passed on by operations that no gradient reads: all of it could be one expression. */
function relay(operations: number) {
  const parameters = [0.5, 0.1].map((x) => value(x))
  const loss = (x: readonly Operand[], y: Operand): Value => {
    let h = parameters[0]!.mul(x[0]!)
    for (let i = 0; i < operations; i += 3)
      h = h
        .mul(0.999)
        .sub(parameters[i % 2]!)
        .neg()
    return h.sub(y).pow(2)
  }
  return { parameters, loss }
}

const batch = (examples: number) => {
  const random = new Random(examples)
  const X = Array.from({ length: examples }, () => [0, 0, 0, 0].map(() => random.uniform(-1, 1)))
  return { X, y: X.map(() => random.uniform(-1, 1)) }
}

const options = (parameters: readonly Value[], precision: Precision = 'f64') => ({
  inputs: [{ length: 4 }, 'number' as const],
  parameters,
  precision,
})

describe('graphs of very many small groups', () => {
  const programs = {
    'a recurrence of 300 steps': recurrence(300),
    'a tangle of 40 layers': tangle(40),
    'a thicket of 6,000 operations': thicket(6000),
    'a relay of 6,000 operations': relay(6000),
  }
  const cases = Object.entries(programs).flatMap(([name, program]) =>
    ([1, 5, 34] as const).map((examples) => ({ name, examples, ...program })),
  )

  test.each(cases)('$name on $examples examples is what eager says', async (given) => {
    const { parameters, loss, examples } = given
    const { X, y } = batch(examples)
    const expected = eagerStep(loss, parameters, X, y)
    for (const [precision, bound] of [
      ['f64', 1e-10],
      ['f32', 1e-3],
    ] as const) {
      const step = await compile((x, target) => loss(x, target), options(parameters, precision))
      for (let again = 0; again < 2; again++) {
        const { loss: mean } = step(X, y)
        const got = [mean, ...parameters.map((p) => p.grad)]
        expect(furthest(got, expected)).toBeLessThan(bound)
      }
      step.dispose()
    }
  })

  test('their code grows with the kinds of nests, not with their number', async () => {
    const bytes = async ({ parameters, loss }: ReturnType<typeof recurrence>) => {
      const step = await compile((x, y) => loss(x, y), options(parameters))
      const nests = step.program.each.length + step.program.after.length
      const { length } = step.binary(32)
      step.dispose()
      return { nests, length }
    }
    const [short, long] = [await bytes(recurrence(40)), await bytes(recurrence(800))]
    expect(long.nests).toBeGreaterThan(15 * short.nests)
    expect(long.length).toBeLessThan(1.05 * short.length)
    expect(long.length).toBeLessThan(20_000)
  })

  test('as text, the kernel calls its forms by number', async () => {
    const { parameters, loss } = recurrence(60)
    const step = await compile((x, y) => loss(x, y), options(parameters))
    const text = toWat(step.binary(4))
    step.dispose()
    expect(text).toMatch(/\(table funcref \(elem \$form 0 \$form 1 /)
    expect(text).toContain('call_indirect (param i32) (param i32) (result i32)')
  })

  test('with threads, and with the optimizer inside, they take the same way', async () => {
    const trained = async (threads: number): Promise<number[]> => {
      const { parameters, loss } = recurrence(400)
      const optimizer = new SGD(parameters, { learningRate: 0.05 })
      const { X, y } = batch(700)
      const step = await compile((x, target) => loss(x, target), {
        ...options(parameters),
        optimizer,
        threads,
      })
      expect(step.threads).toBe(threads)
      for (let i = 0; i < 5; i++) step(X, y)
      const weights = parameters.map((p) => p.data)
      step.dispose()
      return weights
    }
    expect(furthest(await trained(3), await trained(1))).toBeLessThan(1e-12)
  })

  test('a shipped module has what its forms work on', async () => {
    const { parameters, outputs } = recurrence(100)
    const { code, binary } = ship({
      forward: outputs,
      inputs: 4,
      parameters,
      precision: 'f64',
      title: 'a recurrence',
      classes: undefined,
      standardisation: undefined,
    })
    expect(binary).toBeLessThan(20_000)
    const { predict } = (await import(
      `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
    )) as { predict(X: number[][]): number[][] }
    const { X } = batch(21)
    const expected = X.flatMap((x) => outputs(x).map((v) => v.data))
    expect(furthest(predict(X).flat(), expected)).toBeLessThan(1e-12)
  })
})
