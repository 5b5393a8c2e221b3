import { readdirSync, readFileSync } from 'node:fs'
import { Random } from 'chainrule'
import {
  applyStandardisation,
  batches,
  blobs,
  checkDataset,
  circles,
  DataError,
  type Dataset,
  digits,
  iris,
  moons,
  shuffle,
  spirals,
  split,
  standardise,
  xor,
  yinYang,
} from 'chainrule/data'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const generators = { moons, circles, spirals, xor, blobs, yinYang }
const byName = Object.entries(generators)

const counts = ({ y }: Dataset): number[] => {
  const found: number[] = []
  for (const label of y) found[label] = (found[label] ?? 0) + 1
  return found
}

const distance = ([x, y]: number[], [a, b]: readonly [number, number]): number =>
  Math.hypot(x! - a, y! - b)

const deviation = (x: readonly number[]): number => {
  const mean = x.reduce((a, b) => a + b, 0) / x.length
  return Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length)
}

describe.each(byName)('%s', (name, generate) => {
  it('gives as many examples as asked for, in the plane, that pass the check', () => {
    for (const count of [1, 2, 7, 100]) {
      const data = generate(count)
      expect(data.X).toHaveLength(count)
      expect(data.X.every((row) => row.length === 2)).toBe(true)
      expect(data.name).toBe(name)
      expect(() => checkDataset(data)).not.toThrow()
    }
    expect(generate().X).toHaveLength(100)
  })

  it('is the same for the same seed, and another for another', () => {
    expect(generate(50, { seed: 7 })).toEqual(generate(50, { random: new Random(7) }))
    expect(generate(50)).toEqual(generate(50, { seed: 0 }))
    expect(generate(50, { seed: 8 }).X).not.toEqual(generate(50, { seed: 7 }).X)
  })

  it('has classes that differ in size by one at most, in random order', () => {
    const data = generate(200, { seed: 3 })
    const sizes = counts(data)
    expect(sizes).toHaveLength(data.classes!.length)
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    const changes = data.y.filter((label, i) => i > 0 && label !== data.y[i - 1]).length
    expect(changes).toBeGreaterThan(60) // sorted: 1 or 2; at random about 100, deviation 7
    expect(changes).toBeLessThan(199) // taking turns
  })

  it('scatters by the noise asked for', () => {
    const exact = generate(2000, { noise: 0, seed: 5 })
    const noisy = generate(2000, { noise: 0.25, seed: 5 })
    expect(noisy.y).toEqual(exact.y)
    for (const axis of [0, 1]) {
      const moved = noisy.X.map((row, i) => row[axis]! - exact.X[i]![axis]!)
      expect(Math.abs(deviation(moved) - 0.25)).toBeLessThan(0.016) // 4 · 0.25 / √(2 · 2000)
    }
  })

  it('refuses counts and noises that mean nothing', () => {
    for (const count of [0, -1, 1.5, NaN])
      expect(() => generate(count)).toThrow(`${name}: the count`)
    for (const noise of [-1, NaN, Infinity])
      expect(() => generate(10, { noise })).toThrow(`${name}: the noise`)
  })
})

describe('geometry', () => {
  it("moons are scikit-learn's", () => {
    const { X } = moons(6, { noise: 0 })
    const expected = [
      [-1, 0],
      [0, 0.5],
      [0, 1],
      [1, -0.5],
      [1, 0],
      [2, 0.5],
    ]
    const rounded = X.map((row) => row.map((x) => Number(x.toFixed(12)) + 0))
    expect(rounded.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)).toEqual(expected)
    for (const [i, row] of moons(500, { noise: 0 }).X.entries())
      expect(distance(row, moons(500, { noise: 0 }).y[i] === 0 ? [0, 0] : [1, 0.5])).toBeCloseTo(
        1,
        12,
      )
  })

  it('circles have radius 1 and the factor', () => {
    const { X, y } = circles(101, { noise: 0, factor: 0.25 })
    X.forEach((row, i) => expect(distance(row, [0, 0])).toBeCloseTo(y[i] === 0 ? 1 : 0.25, 12))
  })

  it('spirals are the same arm twice, half a turn apart', () => {
    const { X, y } = spirals(400, { noise: 0 })
    const arm = (label: number) =>
      X.filter((_, i) => y[i] === label).sort((a, b) => distance(a, [0, 0]) - distance(b, [0, 0]))
    const second = arm(1)
    arm(0).forEach(([a, b], i) => {
      expect(second[i]![0]).toBeCloseTo(-a!, 12)
      expect(second[i]![1]).toBeCloseTo(-b!, 12)
    })
    expect(Math.max(...X.map((row) => distance(row, [0, 0])))).toBeCloseTo(1, 2)
  })

  it('four points of xor without noise are the truth table', () => {
    const { X, y } = xor(4, { noise: 0 })
    const table = X.map((row, i) => [...row, y[i]].join(' ')).sort()
    expect(table).toEqual(['0 0 0', '0 1 1', '1 0 1', '1 1 0'])
  })

  it('blobs have their centers on the unit circle, as many as asked for', () => {
    const data = blobs(700, { centers: 7, noise: 0.1 })
    expect(counts(data)).toEqual([100, 100, 100, 100, 100, 100, 100])
    for (let k = 0; k < 7; k++) {
      const own = data.X.filter((_, i) => data.y[i] === k)
      const mean = [0, 1].map((axis) => own.reduce((a, row) => a + row[axis]!, 0) / own.length)
      const angle = (2 * Math.PI * k) / 7
      // 5 standard errors of a mean of 100: 0.1 / √100 each way
      expect(distance(mean, [Math.cos(angle), Math.sin(angle)])).toBeLessThan(0.05)
    }
    expect(() => blobs(10, { centers: 1 })).toThrow('centers')
  })

  it('yin-yang is symmetric: half a turn around the middle swaps yin and yang', () => {
    const { X, y } = yinYang(3000)
    X.forEach((row, i) => {
      const dot = Math.min(distance(row, [0.25, 0.5]), distance(row, [0.75, 0.5])) < 0.1
      expect(dot).toBe(y[i] === 2)
      expect(distance(row, [0.5, 0.5])).toBeLessThanOrEqual(0.5)
      if (dot) return
      // the symbol by its two lobes and halves, written the other way round than in the source
      const inRightLobe = distance(row, [0.75, 0.5]) <= 0.25
      const inLeftLobe = distance(row, [0.25, 0.5]) <= 0.25
      const yin = inRightLobe || (!inLeftLobe && row[1]! <= 0.5)
      expect(y[i]).toBe(yin ? 0 : 1)
    })
  })
})

describe('digits and iris', () => {
  it("hold scikit-learn's 1,797 digits", () => {
    const { X, y, classes } = digits()
    expect(classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    expect(counts(digits())).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    expect(X.every((row) => row.length === 64 && row.every((x) => x >= 0 && x <= 1))).toBe(true)
    // sums over all pixels, plain and weighted by their places, from sklearn.datasets.load_digits
    const weighted = (weight: (i: number, j: number) => number) =>
      X.reduce((a, row, i) => row.reduce((b, x, j) => b + x * 16 * weight(i, j), a), 0)
    expect([weighted(() => 1), weighted((_, j) => j), weighted((i) => i)]).toEqual([
      561_718, 17_660_653, 503_342_547,
    ])
    expect(y.reduce((a, digit, i) => a + digit * i, 0)).toBe(7_264_791)
    expect(X[0]!.slice(0, 8).map((x) => x * 16)).toEqual([0, 0, 5, 13, 9, 1, 0, 0])
  })

  it("hold Fisher's 150 irises", () => {
    const { X, classes, features } = iris()
    expect(classes).toEqual(['setosa', 'versicolor', 'virginica'])
    expect(counts(iris())).toEqual([50, 50, 50])
    expect(features).toEqual(['sepal length', 'sepal width', 'petal length', 'petal width'])
    const sums = [876.5, 458.6, 563.7, 179.9]
    sums.forEach((sum, j) => expect(X.reduce((a, row) => a + row[j]!, 0)).toBeCloseTo(sum, 9))
  })

  it('are fresh at each call: changing one leaves the next alone', () => {
    for (const load of [digits, iris]) {
      const before = structuredClone(load())
      const mine = load()
      mine.X[0]![0] = 99
      mine.y[0] = 99
      expect(load()).toEqual(before)
      expect(() => checkDataset(load())).not.toThrow()
    }
  })

  it('stay small on disk, and name source and licence', () => {
    for (const [file, limit] of [
      ['digits', 90_000],
      ['iris', 5_000],
    ] as const) {
      const text = readFileSync(new URL(`../src/data/${file}.ts`, import.meta.url), 'utf8')
      expect(text.length).toBeLessThan(limit)
      expect(text).toContain('CC BY 4.0')
      expect(text).toContain('Source: ')
    }
  })
})

describe('split, shuffle, batches', () => {
  /** Examples that can be told apart: row i is [i]. */
  const numbered = (y: number[], classes?: string[]): Dataset => ({
    name: 'numbered',
    X: y.map((_, i) => [i]),
    y,
    ...(classes && { classes }),
  })
  const idsOf = ({ X }: Dataset): number[] => X.map((row) => row[0]!)
  const sorted = (x: number[]): number[] => [...x].sort((a, b) => a - b)

  it('splits into two sides that hold every example once, each class in its share', () => {
    const settings = fc.record({
      y: fc.array(fc.nat(3), { minLength: 10, maxLength: 200 }),
      fraction: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      seed: fc.nat(),
      stratified: fc.boolean(),
    })
    fc.assert(
      fc.property(settings, ({ y, fraction, seed, stratified }) => {
        const data = numbered(y, ['a', 'b', 'c', 'd'])
        const { train, validation } = split(data, { fraction, seed, stratified })
        expect(sorted([...idsOf(train), ...idsOf(validation)])).toEqual(sorted(idsOf(data)))
        expect(validation.X).toHaveLength(Math.round(y.length * fraction))
        for (const side of [train, validation])
          expect(side.y).toEqual(idsOf(side).map((id) => y[id]))
        if (!stratified) return
        const held = counts(validation)
        counts(data).forEach((size, label) => {
          // 1e-9: rounding of size · fraction
          expect(Math.abs((held[label] ?? 0) - size * fraction)).toBeLessThan(1 + 1e-9)
        })
      }),
      { seed: 1 },
    )
  })

  it('splits the digits the same for the same seed, differently for another', () => {
    const { train, validation } = split(digits())
    expect([train.X.length, validation.X.length]).toEqual([1438, 359])
    expect(split(digits()).validation).toEqual(validation)
    expect(split(digits(), { seed: 1 }).validation.y).not.toEqual(validation.y)
    const runs = validation.y.filter((label, i) => label === validation.y[i - 1]).length
    expect(runs).toBeLessThan(100) // in random order a tenth, 36; class by class 349
  })

  it('shuffles before it splits where there are no classes', () => {
    const data = numbered(Array.from({ length: 100 }, (_, i) => i))
    const ids = sorted(idsOf(split(data).validation))
    expect(ids).toHaveLength(20)
    expect(ids.some((id) => id < 30) && ids.some((id) => id > 70)).toBe(true)
    expect(new Set(ids.map((id, i) => id - (ids[i - 1] ?? 0))).size).toBeGreaterThan(3)
  })

  it('refuses a fraction that leaves a side empty', () => {
    expect(() => split(moons(10), { fraction: 1 })).toThrow(RangeError)
    expect(() => split(moons(10), { fraction: -0.1 })).toThrow(RangeError)
    expect(() => split(moons(2), { fraction: 0.9 })).toThrow(DataError)
    expect(() => split(moons(2), { fraction: 0.1 })).toThrow(
      'moons: 2 examples are too few to hold out a fraction of 0.1',
    )
    expect(split(moons(2), { fraction: 0 }).train.X).toHaveLength(2)
  })

  it('shuffles rows and targets together', () => {
    const data = numbered(Array.from({ length: 50 }, (_, i) => i * 10))
    const mixed = shuffle(data, new Random(1))
    expect(sorted(idsOf(mixed))).toEqual(idsOf(data))
    expect(idsOf(mixed)).not.toEqual(idsOf(data))
    expect(mixed.y).toEqual(idsOf(mixed).map((id) => id * 10))
    expect(idsOf(data)[0]).toBe(0) // the original is left alone
  })

  it('makes batches that hold every place once, the last one short', () => {
    expect(batches(7, 3)).toEqual([[0, 1, 2], [3, 4, 5], [6]])
    expect(batches(moons(6), 3).map((batch) => batch.length)).toEqual([3, 3])
    const mixed = batches(100, 8, new Random(2))
    expect(mixed.map((batch) => batch.length)).toEqual([...Array(12).fill(8), 4])
    expect(sorted(mixed.flat())).toEqual(batches(100, 100)[0])
    expect(mixed.flat()).not.toEqual(batches(100, 100)[0])
    for (const size of [0, 1.5, NaN]) expect(() => batches(7, size)).toThrow('batches: the size')
  })
})

describe('standardise', () => {
  it('brings columns to mean 0 and deviation 1, with the deviations of numpy', () => {
    const { dataset, standardisation } = standardise(iris())
    const expected = [
      0.8253012917851409, 0.4344109677354946, 1.7594040657753032, 0.7596926279021594,
    ]
    expected.forEach((d, j) => expect(standardisation.deviation[j]).toBeCloseTo(d, 12))
    expect(dataset.standardisation).toBe(standardisation)
    for (let j = 0; j < 4; j++) {
      const column = dataset.X.map((row) => row[j]!)
      expect(Math.abs(column.reduce((a, b) => a + b) / 150)).toBeLessThan(1e-12) // 150 roundings
      expect(deviation(column)).toBeCloseTo(1, 12)
    }
  })

  it('gives a constant column deviation 1 exactly, also where sums round', () => {
    const X = Array.from({ length: 1000 }, (_, i) => [0.1, i])
    const { dataset, standardisation } = standardise({ name: 'x', X, y: X.map(() => 0) })
    expect(standardisation.mean[0]).toBe(0.1)
    expect(standardisation.deviation[0]).toBe(1)
    expect(dataset.X.every((row) => row[0] === 0)).toBe(true)
  })

  it('survives tiny and huge columns', () => {
    const X = [
      [1e-200, 1e200],
      [3e-200, -1e200],
    ]
    const { dataset } = standardise({ name: 'x', X, y: [0, 1] })
    expect(dataset.X.flat().map((x) => Math.round(x * 1e9) / 1e9)).toEqual([-1, 1, 1, -1])
  })

  it('does the same to new rows, and refuses rows of another length or a second time', () => {
    const { dataset, standardisation } = standardise(iris())
    expect(applyStandardisation(iris().X, standardisation)).toEqual(dataset.X)
    expect(() => applyStandardisation([[1, 2]], standardisation)).toThrow('expected rows of 4')
    expect(() => standardise(dataset)).toThrow('iris is standardised already')
  })
})

describe('checkDataset', () => {
  const good = {
    name: 'mine',
    X: [
      [1, 2],
      [3, 4],
    ],
    y: [0, 1],
    classes: ['a', 'b'],
    features: ['p', 'q'],
  }
  const cases: [string, Partial<Dataset>][] = [
    [
      'mine: row 1, column 0 of X ("p"): expected a finite number, got NaN',
      {
        X: [
          [1, 2],
          [NaN, 4],
        ],
      },
    ],
    [
      'mine: row 0, column 1 of X ("q"): expected a finite number, got Infinity',
      {
        X: [
          [1, Infinity],
          [3, 4],
        ],
      },
    ],
    ['mine: row 1 of X has 1 columns, row 0 has 2', { X: [[1, 2], [3]] }],
    ['mine: X has 2 rows and y has 1; expected as many', { y: [0] }],
    ['mine: row 1 of y: expected the index of a class, 0 to 1, got 2', { y: [0, 2] }],
    ['mine: row 0 of y: expected the index of a class, 0 to 1, got NaN', { y: [NaN, 1] }],
    ['mine: there are no examples', { X: [], y: [] }],
    ['mine: the rows of X are empty; expected at least one number in each', { X: [[], []] }],
  ]
  it.each(cases)('says: %s', (message, wrong) => {
    expect(() => checkDataset(good)).not.toThrow()
    const error = thrownBy(() => checkDataset({ ...good, ...wrong }))
    expect(error).toBeInstanceOf(DataError)
    expect((error as Error).message).toBe(message)
  })

  it('takes any finite number as a target where there are no classes, and no other', () => {
    const { classes: _, ...free } = good
    expect(() => checkDataset({ ...free, y: [-1.5, 1e300] })).not.toThrow()
    expect(() => checkDataset({ ...free, y: [0, NaN] })).toThrow(
      'row 1 of y: expected a finite number',
    )
  })
})

function thrownBy(body: () => unknown): unknown {
  try {
    body()
  } catch (error) {
    return error
  }
  return undefined
}

it('imports no library: only files of its own and the random numbers', () => {
  const folder = new URL('../src/data/', import.meta.url)
  const imported = /(?:\bfrom |\bimport ?\(?)'([^']+)'/gm
  const imports = readdirSync(folder).flatMap((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8')
    return [...text.matchAll(imported)].map(([, name]) => name!)
  })
  expect(imports).toContain('../random.ts')
  expect(imports.filter((name) => !name.startsWith('./') && name !== '../random.ts')).toEqual([])
})
