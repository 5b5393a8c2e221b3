/** Products added without being rounded first: a hair more exact, and never asked of an engine that cannot. */
import { execFileSync } from 'node:child_process'
import { Random, type Value } from 'chainrule'
import { compile, type CompileOptions } from 'chainrule/compile'
import { crossEntropy } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import { describe, expect, test } from 'vitest'
import { FunctionBuilder } from '../src/compile/wasm/function.ts'
import { encodeModule } from '../src/compile/wasm/module.ts'
import { op } from '../src/compile/wasm/node.ts'
import { toWat } from '../src/compile/wasm/text.ts'
import { canRelax } from '../src/compile/vectors.ts'
import { furthest } from './compiled-suite.ts'
import { isUsual } from './relaxed-simd.ts'

async function stepped(options: Partial<CompileOptions>) {
  const model = new MLP(9, [8, 3], { activation: 'tanh', random: new Random(2) })
  const parameters = model.parameters()
  const random = new Random(4)
  const X = Array.from({ length: 37 }, () => Array.from({ length: 9 }, () => random.uniform(-1, 1)))
  const step = await compile((x: Value[], label: Value) => crossEntropy(model.forward(x), label), {
    inputs: [{ length: 9 }, 'index'],
    parameters,
    ...options,
  })
  const { loss } = step(
    X,
    X.map((_, i) => i % 3),
  )
  const found = [loss, ...parameters.map((p) => p.grad)]
  const text = toWat(step.binary(37))
  step.dispose()
  return { found, text }
}

describe('relaxed arithmetic', () => {
  test('is known to Node 22 and later without being told', () => {
    const ask = "console.log(WebAssembly.validate(new Uint8Array(process.argv[1].split(','))))"
    const f = new FunctionBuilder('f', ['v128'])
    const x = f.parameter(0)
    f.let(op('f32x4.relaxed_madd', x, x, x))
    const answer = execFileSync(process.execPath, ['-e', ask, encodeModule([f]).join()])
    expect(String(answer).trim()).toBe(String(isUsual))
    expect(canRelax()).toBe(true)
  })

  test.each(['f64', 'f32'] as const)('in %s is the same but for rounding', async (precision) => {
    const plain = await stepped({ precision })
    const relaxed = await stepped({ precision, relaxed: true })
    expect(plain.text).not.toContain('relaxed')
    expect(relaxed.text).toContain(
      precision === 'f64' ? 'f64x2.relaxed_madd' : 'f32x4.relaxed_madd',
    )
    expect(furthest(relaxed.found, plain.found)).toBeLessThan(precision === 'f64' ? 1e-14 : 1e-5)
  })

  test('threads take it as well', async () => {
    const [one, three] = [
      await stepped({ relaxed: true }),
      await stepped({ relaxed: true, threads: 3 }),
    ]
    expect(furthest(three.found, one.found)).toBeLessThan(1e-14)
  })

  test('kernels over the same parameters share it', async () => {
    const model = new MLP(2, [1], { random: new Random(1) })
    const parameters = model.parameters()
    const options = { inputs: [{ length: 2 }], parameters }
    const kernel = await compile((x) => model.forward(x), { ...options, relaxed: true })
    const other = compile((x) => model.forward(x), { ...options, relaxed: false })
    await expect(other).rejects.toThrow('with relaxed: true, asked for false')
    const same = await compile((x) => model.forward(x), options)
    same.dispose()
    kernel.dispose()
  })
})
