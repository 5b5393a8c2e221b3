/** ONNX files, checked by the format's own library and computed by a runtime: its numbers are ours. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineOp, noGrad, Random, type Value, value } from 'chainrule'
import { compile } from 'chainrule/compile'
import { fromOnnx, toOnnx } from 'chainrule/interop'
import type { InputKind } from 'chainrule/lift'
import { Layer, MLP } from 'chainrule/nn'
import { afterAll, describe, expect, test } from 'vitest'
import { furthest } from './compiled-suite.ts'
import { isIllConditioned, reverse } from './condition.ts'
import { columnsOf, exportedPrograms } from './exported.ts'
import { oddReads } from './odd-reads.ts'
import { checkedFiles, type Fed, ranByRuntime, withoutChecker, withoutRuntime } from './onnx.ts'
import { randomProgram, run } from './programs.ts'
import { runPyTorch, withoutPyTorch } from './pytorch.ts'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-onnx-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const files: string[] = []
/** Keeps a file for the checker. */
function kept(bytes: Uint8Array): Uint8Array {
  const file = join(folder, `${files.length}.onnx`)
  files.push(file)
  writeFileSync(file, bytes)
  return bytes
}

type Columns = readonly (readonly number[] | readonly number[][])[]

function fed(kinds: readonly InputKind[], columns: Columns, rows: readonly number[]): Fed[] {
  return kinds.map((kind, i) => ({
    name: kinds.length === 1 ? 'x' : `x${i}`,
    kind,
    numbers: rows.flatMap((row) => columns[i]![row]!),
  }))
}

const tolerance = { f32: 1e-6, f64: 1e-12 } as const
const precisions = ['f32', 'f64'] as const
/** What onnxruntime-web 1.30 does not have in double precision. */
const missing = /Could not find an implementation for Erf\(/

/** Compares at batches of 1, 7 and 1,000; the largest difference. */
async function apart(
  f: unknown,
  kinds: readonly InputKind[],
  parameters: {
    readonly named: Parameters<typeof toOnnx>[1]['parameters']
    readonly leaves: Value[]
  },
  columns: Columns,
  precision: 'f32' | 'f64',
): Promise<number> {
  const list = (...x: Value[]): Value[] => [(f as (...x: Value[]) => Value | Value[])(...x)].flat()
  const predict = await compile(list as (x: unknown) => Value[], {
    inputs: kinds,
    parameters: parameters.leaves,
  })
  const bytes = kept(
    await toOnnx(f as never, { inputs: kinds, parameters: parameters.named!, precision }),
  )
  const theirs = await ranByRuntime(bytes, precision)
  let worst = 0
  for (const count of [1, 7, 1000]) {
    const rows = Array.from({ length: count }, (_, i) => i % columns[0]!.length)
    const { data } = await theirs(fed(kinds, columns, rows))
    const ours = predict(
      ...(rows.length ? columns.map((column) => rows.map((row) => column[row]!) as number[]) : []),
    )
    worst = Math.max(worst, furthest(data, ours.flat()))
  }
  predict.dispose()
  return worst
}

describe.skipIf(withoutRuntime !== undefined)('a runtime', () => {
  test.each(precisions)('computes the programs as we do, in %s', async (precision) => {
    for (const program of exportedPrograms()) {
      const { title, forward, loss, inputs, target, leaves, parameters, y } = program
      const columns = columnsOf(program)
      const whole = (...x: Value[]): Value =>
        loss((forward as (...x: Value[]) => Value[])(...x.slice(0, -1)), x.at(-1)!)
      const both = [
        [forward, inputs, columns],
        [whole, [...inputs, target], [...columns, y]],
      ] as const
      for (const [f, kinds, all] of both) {
        const found = apart(f, kinds, { named: parameters, leaves }, all, precision)
        // The exact gelu of iris needs erf.
        if (title === 'iris' && precision === 'f64') await expect(found).rejects.toThrow(missing)
        else expect(await found, title).toBeLessThan(tolerance[precision])
      }
    }
  })

  test.each(precisions)('computes losses that read in odd ways, in %s', async (precision) => {
    for (const { title, f, inputs, leaves, parameters, columns } of oddReads()) {
      const found = await apart(f, inputs, { named: parameters, leaves }, columns, precision)
      expect(found, title).toBeLessThan(precision === 'f32' ? 1e-5 : 1e-12)
    }
  })

  test('computes random programs over every row of the table', async () => {
    let [compared, illConditioned] = [0, 0]
    for (let seed = 0; seed < 120; seed++) {
      const program = randomProgram(seed)
      const f = (...x: Value[]): Value => run(program, x)
      const bytes = kept(await toOnnx(f, { inputs: program.inputs.length, precision: 'f64' }))
      const theirs = await ranByRuntime(bytes, 'f64').catch((error: Error) => {
        expect(error.message).toMatch(missing)
      })
      if (theirs === undefined) continue
      const kinds = program.inputs.map(() => 'number' as const)
      const { data } = await theirs(
        fed(
          kinds,
          program.inputs.map((x) => [x]),
          [0],
        ),
      )
      const wrong = furthest(data, [
        noGrad(() =>
          run(
            program,
            program.inputs.map((x) => value(x)),
          ),
        ).data,
      ])
      compared++
      if (wrong > 1e-10 && isIllConditioned(program, reverse)) illConditioned++
      else expect(wrong, `seed ${seed}`).toBeLessThan(1e-10)
    }
    console.log(
      `${compared} random programs computed by onnxruntime-web, ${illConditioned} ill-conditioned`,
    )
    expect(compared).toBeGreaterThan(30)
    expect(illConditioned).toBeLessThan(5)
  })

  test('raw inputs are standardised in the file', async () => {
    const model = new MLP(3, [4, 2], { activation: 'tanh', random: new Random(2) })
    const standardisation = { mean: [1, 2, 3], deviation: [1, 2, 0.5] }
    const options = { inputs: [{ length: 3 }], parameters: model, standardisation } as const
    const bytes = kept(await toOnnx((x) => model.forward(x), { ...options, precision: 'f64' }))
    const x = [3, 1, 4]
    const scaled = x.map((xi, j) => (xi - standardisation.mean[j]!) / standardisation.deviation[j]!)
    const theirs = await ranByRuntime(bytes, 'f64')
    const { data, dims } = await theirs([{ name: 'x', kind: { length: 3 }, numbers: x }])
    expect(dims).toEqual([1, 2])
    expect(
      furthest(
        data,
        model.forward(scaled).map((v) => v.data),
      ),
    ).toBeLessThan(1e-12)
  })
})

describe('fromOnnx', () => {
  test.each(['relu', 'tanh', 'sigmoid', 'elu', 'leakyRelu', 'softplus', 'sin', 'linear'] as const)(
    'reads a network of %s back, with all that travels along',
    async (activation) => {
      const model = new MLP(3, [5, 4, 1], {
        activation,
        outputActivation: 'tanh',
        random: new Random(2),
      })
      const standardisation = { mean: [1, 2, 3], deviation: [1, 2, 0.5] }
      const classes = ['no', 'yés "\\']
      const bytes = kept(
        await toOnnx((x) => model.forward(x), {
          inputs: [{ length: 3 }],
          parameters: model,
          standardisation,
          classes,
        }),
      )
      const found = await fromOnnx(bytes)
      const { inputs, sizes, state, ...options } = found
      expect(options).toEqual({ activation, outputActivation: 'tanh', standardisation, classes })
      const again = new MLP(inputs, sizes, options)
      again.loadStateDict(state)
      expect(again.architecture).toEqual(model.architecture)
      const singles = model.parameters().map((p) => Math.fround(p.data))
      expect(again.parameters().map((p) => p.data)).toEqual(singles)
    },
  )

  test.skipIf(withoutPyTorch !== undefined)('reads a file that PyTorch wrote', async () => {
    const { bytes, state } = runPyTorch('onnx_export.py', {}) as { bytes: string; state: unknown[] }
    const found = await fromOnnx(Buffer.from(bytes, 'base64'))
    expect(found).toMatchObject({ inputs: 3, sizes: [5, 4, 2] })
    expect([found.activation, found.outputActivation]).toEqual(['tanh', 'sigmoid'])
    const numbers = Object.values(found.state).flatMap(({ data }) => data)
    expect(numbers).toEqual(state.flat(2))
  })

  test('keeps doubles to the last bit', async () => {
    const model = new MLP(2, [3, 2], { random: new Random(3) })
    const options = { inputs: [{ length: 2 }], parameters: model, precision: 'f64' } as const
    const { state } = await fromOnnx(await toOnnx((x) => model.forward(x), options))
    expect(state).toEqual(model.stateDict())
  })

  test('says what it met in anything else', async () => {
    const layer = new Layer(2, 2, { random: new Random(1) })
    const skip = (x: Value[]): Value[] => layer.forward(x).map((h, i) => h.add(x[i]!))
    const bytes = await toOnnx(skip, { inputs: [{ length: 2 }], parameters: layer })
    await expect(fromOnnx(bytes)).rejects.toThrow(
      'this is no dense network, or one with an activation that is not in the table: after x comes Gemm and Add.',
    )
    await expect(fromOnnx(Uint8Array.of(1, 2, 3))).rejects.toThrow('these bytes are no ONNX model')
    await expect(fromOnnx(new Uint8Array())).rejects.toThrow('these bytes are no ONNX model')
  })
})

test('an operation without a lowering cannot be exported', async () => {
  const odd = defineOp({
    name: 'odd',
    arity: 1,
    eval: Math.cbrt,
    partials: (m, y) => [m.div(1, y)],
  })
  await expect(toOnnx((x: Value) => odd(x), { inputs: ['number'] })).rejects.toThrow(
    'odd cannot be exported, as its row has no lower: write lower(m, x), the same function from the basis',
  )
})

test.skipIf(withoutChecker !== undefined)('every file passes the full check of onnx', async () => {
  // The programs of the suite, whether or not a runtime was here to try them before.
  for (const { forward, inputs, parameters } of exportedPrograms())
    for (const precision of precisions)
      kept(await toOnnx(forward as never, { inputs, parameters, precision }))
  expect(files.length).toBeGreaterThan(8)
  expect(checkedFiles(files).filter((wrong) => wrong !== null)).toEqual([])
})
