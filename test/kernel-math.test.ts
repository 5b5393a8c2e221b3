/** The mathematics of kernels against an oracle in whole numbers: how many units in the last place it is off. */
import { readdirSync, readFileSync } from 'node:fs'
import { ops } from 'chainrule'
import { compile } from 'chainrule/compile'
import { describe, expect, test } from 'vitest'
import { kernelsOf, rowOf, ulps, worst } from './accuracy.ts'
import { claims, inPrecision, type Name } from './claims.ts'
import { bitsOf, exact, oracle } from './oracle.ts'

const names = Object.keys(claims) as Name[]

describe('the oracle', () => {
  const digits = (name: Name, x: number, y?: number): string => {
    const { n, e } = oracle[name](x, y!)
    return ((n * 10n ** 40n) >> BigInt(-e)).toString()
  }

  test('gives the digits that the tables print', () => {
    expect(digits('exp', 1)).toBe('27182818284590452353602874713526624977572')
    expect(digits('expm1', 1)).toBe('17182818284590452353602874713526624977572')
    expect(digits('log', 10)).toBe('23025850929940456840179914546843642076011')
    expect(digits('log1p', 1)).toBe('6931471805599453094172321214581765680755')
    expect(digits('tanh', 1)).toBe('7615941559557648881194582826047935904127')
    expect(digits('sigmoid', 1)).toBe('7310585786300048792511592418218362743651')
    expect(digits('erf', 1)).toBe('8427007929497148693412206350826092592960')
    expect(digits('sin', 1)).toBe('8414709848078965066525023216302989996225')
    expect(digits('cos', 1)).toBe('5403023058681397174009366074429766037323')
    expect(digits('sqrt', 2)).toBe('14142135623730950488016887242096980785696')
    expect(digits('sin', 1e22)).toBe('-8522008497671888017727058937530293682618')
    // The double that is nearest to a multiple of π/2 (Muller, Elementary Functions, 11.3).
    expect(digits('cos', 6381956970095103 * 2 ** 797)).toBe('-4687165924254627611123')
    expect(digits('pow', 2, 0.5)).toBe('14142135623730950488016887242096980785696')
  })

  test('is within an ulp or two of Math where both can be asked', () => {
    const theirs = Math as unknown as Record<string, ((...x: number[]) => number) | undefined>
    for (const name of names.filter((name) => theirs[name]))
      for (const at of claims[name].points('f64', 60)) {
        const [x, y] = at as [number, number]
        expect(
          ulps(theirs[name]!(x, y), oracle[name](x, y), 'f64'),
          `${name} ${at.join()}`,
        ).toBeLessThan(3)
      }
  })

  test('reads doubles as they are', () => {
    expect(exact(0.75)).toEqual({ n: 3n << 51n, e: -53 })
    expect(exact(-5e-324)).toEqual({ n: -1n, e: -1074 })
    expect([1n, 2n, 255n, 256n, -(1n << 70n)].map(bitsOf)).toEqual([1, 2, 8, 9, 71])
  })
})

describe('the measure', () => {
  test('sees a last digit that is wrong, a sign, an overflow, a NaN', () => {
    const e = oracle.exp(1)
    expect(ulps(Math.E, e, 'f64')).toBeLessThan(0.5)
    expect(ulps(Math.E + 2 ** -51, e, 'f64')).toBeCloseTo(1, 0)
    expect(ulps(Math.E + 2 ** -50, e, 'f64')).toBeGreaterThan(1.5)
    expect(ulps(Math.fround(Math.E), e, 'f32')).toBeLessThan(0.5)
    expect(ulps(Math.fround(Math.E), e, 'f64')).toBeGreaterThan(1e6)
    expect(ulps(-Math.E, e, 'f64')).toBeGreaterThan(1e15)
    expect(ulps(NaN, e, 'f64')).toBe(Infinity)
    expect(ulps(Infinity, oracle.exp(709), 'f64')).toBeGreaterThan(1e15)
    expect(ulps(Infinity, oracle.exp(710), 'f64')).toBe(0)
    expect(ulps(Number.MAX_VALUE, oracle.exp(710), 'f64')).toBeGreaterThan(0.9)
    expect(ulps(0, oracle.exp(-745), 'f64')).toBeCloseTo(1, 0)
    expect(ulps(0, oracle.exp(-746), 'f64')).toBeLessThan(0.5)
    expect(ulps(2 ** -149, oracle.exp(-103), 'f32')).toBeLessThan(2)
  })

  test('finds the one wrong result among many, and where it is', () => {
    const points = claims.tanh.points('f64', 300)
    const right = points.map(([x]) => Math.tanh(x!))
    expect(worst('tanh', 'f64', points, right).error).toBeLessThan(1.5)
    const wrong = right.map((y, i) => (i === 77 ? y * (1 + 2 ** -50) : y))
    const { error, at } = worst('tanh', 'f64', points, wrong)
    expect(at).toBe(points[77])
    expect(error).toBeGreaterThan(claims.tanh.f64)
  })
})

test('the docstrings say what the claims say', () => {
  const folder = 'src/compile/math'
  const text = readdirSync(folder)
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
    .join('')
    .replaceAll(/\n \*(?!\/)/g, '')
  const bound = String.raw`[Aa]t most ([\d.]+) ulp \(f32: ([\d.]+)\)`
  for (const name of names) {
    const own = new RegExp(`${bound}(?:(?!\\*/)[^])*\\*/\nexport function ${name}\\(`).exec(text)
    const [, f64, f32] = own ?? new RegExp(`\`${name}\` is [^:]*: ${bound}`).exec(text) ?? []
    expect({ name, f64: Number(f64), f32: Number(f32) }).toMatchObject({
      name,
      f64: claims[name].f64,
      f32: claims[name].f32,
    })
  }
})

test('a kernel imports its memory and nothing else', async () => {
  const { Module } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly
  const f = await compile((x, y) => names.map((name) => rowOf(name)(x, y)), { inputs: 2 })
  const imports = Module.imports(new Module(f.binary()))
  expect(imports).toEqual([{ module: '', name: 'memory', kind: 'memory' }])
  f.dispose()
})

interface Wasm {
  readonly Module: { new (bytes: Uint8Array): object; imports(module: object): object[] }
}

describe.each(['f64', 'f32'] as const)('kernels in %s', (precision) => {
  test.each(names)('%s is as exact as it says, over a batch and at a point', async (name) => {
    const points = claims[name].points(precision, 1200)
    const { batch, point, dispose } = await kernelsOf(name, precision)
    const results = batch(points)
    const { error, at } = worst(name, precision, points, results)
    expect(error, `at ${at.join(', ')}`).toBeLessThanOrEqual(claims[name][precision])
    expect(points.map((x) => point(x))).toEqual(results)
    dispose()
  })

  const [tiny, huge] =
    precision === 'f64' ? [Number.MIN_VALUE, Number.MAX_VALUE] : [2 ** -149, 2 ** 128 - 2 ** 104]
  const odd = (x: number, y: number): [number, number][] => [
    [x, y],
    [-x, -y],
  ]
  const edges: Record<Exclude<Name, 'pow'>, readonly [number, number][]> = {
    exp: [
      ...same([0, -0, tiny, -tiny], 1),
      [Infinity, Infinity],
      [huge, Infinity],
      [-Infinity, 0],
      [-huge, 0],
    ],
    expm1: [
      ...odd(0, 0),
      ...odd(tiny, tiny),
      [Infinity, Infinity],
      [huge, Infinity],
      [-Infinity, -1],
      [-huge, -1],
    ],
    log: [
      ...same([0, -0], -Infinity),
      [1, 0],
      [Infinity, Infinity],
      ...same([-tiny, -1, -Infinity], NaN),
    ],
    log1p: [
      ...odd(0, 0),
      ...odd(tiny, tiny),
      [-1, -Infinity],
      [Infinity, Infinity],
      ...same([-2, -huge, -Infinity], NaN),
    ],
    tanh: [...odd(0, 0), ...odd(tiny, tiny), ...odd(huge, 1), ...odd(Infinity, 1)],
    sigmoid: [
      ...same([0, -0, tiny], 0.5),
      ...same([Infinity, huge], 1),
      ...same([-Infinity, -huge], 0),
    ],
    erf: [...odd(0, 0), ...odd(tiny, tiny), ...odd(huge, 1), ...odd(Infinity, 1)],
    sin: [...odd(0, 0), ...odd(tiny, tiny), ...same([Infinity, -Infinity], NaN)],
    cos: [...same([0, -0, tiny], 1), ...same([Infinity, -Infinity], NaN)],
    sqrt: [...odd(0, 0), [Infinity, Infinity], ...same([-tiny, -1, -Infinity], NaN)],
  }

  test.each(Object.entries(edges))('%s at its edges', async (name, list) => {
    const { batch, point, dispose } = await kernelsOf(name as Name, precision)
    const all = [...list, [NaN, NaN] as const]
    const points = all.map(([x]) => [x])
    const expected = all.map(([, y]) => y)
    expect(batch(points)).toEqual(expected)
    expect(points.map((at) => point(at))).toEqual(expected)
    dispose()
  })

  test('pow at its edges is what the row says', async () => {
    const special = [0, -0, 1, -1, 2, -3, 0.5, Infinity, -Infinity, NaN, tiny, -huge]
    const points = special.flatMap((a) => special.map((b) => [a, b] as const))
    const { batch, dispose } = await kernelsOf('pow', precision)
    batch(points).forEach((y, i) => {
      const [a, b] = points[i]!
      const want = inPrecision(ops.pow.eval(a, b), precision)
      const ordinary = Number.isFinite(want) && want !== 0
      const apart = ordinary ? ulps(y, exact(want), precision) : Infinity
      const right = Object.is(y, want) || apart <= claims.pow[precision]
      expect(right, `${a} ** ${b} is ${y}, not ${want}`).toBe(true)
    })
    dispose()
  })
})

function same(xs: readonly number[], y: number): [number, number][] {
  return xs.map((x) => [x, y])
}
