/** `fit({ relaxed: true })`: steps by relaxed kernels, and what is said where the engine has none. */
import { Random } from 'chainrule'
import { digits, type Examples } from 'chainrule/data'
import { MLP } from 'chainrule/nn'
import { Adam } from 'chainrule/optim'
import { fit, type FitOptions } from 'chainrule/train'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { wordsOf } from '../src/cli/sweep/setting.ts'
import { canRelax } from '../src/compile/vectors.ts'
import * as webassembly from '../src/compile/webassembly.ts'
import './relaxed-simd.ts'

vi.mock('../src/compile/webassembly.ts', { spy: true })
vi.mock('../src/compile/vectors.ts', { spy: true })

const all = digits()
const data: Examples = { ...all, X: all.X.slice(0, 90), y: all.y.slice(0, 90) }
const kept = new Map<string, string>()
const store = {
  read: async (name: string) => kept.get(name),
  write: async (name: string, text: string) => void kept.set(name, text),
}

beforeEach(() => {
  kept.clear()
  vi.mocked(canRelax).mockReset()
})

/** The weights after a training, and how many of its kernels have the instruction. */
async function trained(options: FitOptions): Promise<{ weights: number[]; relaxed: number }> {
  vi.mocked(webassembly.instantiate).mockClear()
  const model = new MLP(64, [8, 10], { activation: 'tanh', random: new Random(1) })
  const optimizer = new Adam(model.parameters(), { learningRate: 0.01 })
  await fit(model, data, { epochs: 3, optimizer, validation: 0.2, store, ...options })
  const kernels = vi.mocked(webassembly.instantiate).mock.calls.map(([bytes]) => bytes)
  // f64x2.relaxed_madd is fd 87 02, f32x4.relaxed_madd fd 85 02
  const relaxed = kernels.filter((bytes) =>
    bytes.some((b, i) => b === 0xfd && [0x85, 0x87].includes(bytes[i + 1]!) && bytes[i + 2] === 2),
  )
  return { weights: model.parameters().map((p) => p.data), relaxed: relaxed.length }
}

describe('a relaxed training', () => {
  test.each(['f64', 'f32'] as const)('in %s is the same but for rounding', async (precision) => {
    const plain = await trained({ precision })
    const relaxed = await trained({ precision, relaxed: true })
    expect(plain.relaxed).toBe(0)
    expect(relaxed.relaxed).toBeGreaterThan(1) // steps, and what judges
    expect(relaxed.weights).not.toEqual(plain.weights)
    const digits = precision === 'f64' ? 9 : 3
    relaxed.weights.forEach((w, i) => expect(w).toBeCloseTo(plain.weights[i]!, digits))
  })

  test('goes on from its checkpoint with the same bits, and not as another', async () => {
    const whole = await trained({ relaxed: true })
    const stop = new AbortController()
    let steps = 0
    const onProgress = (): void => void (++steps === 4 && stop.abort())
    await trained({ relaxed: true, signal: stop.signal, onProgress })
    const text = kept.get('checkpoint.json')!
    expect(text).toContain('"relaxed":true')
    await expect(trained({ resume: true })).rejects.toThrow('relaxed true, this training has false')
    kept.set('checkpoint.json', text)
    expect((await trained({ relaxed: true, resume: true })).weights).toEqual(whole.weights)
  })

  test('where the engine cannot, computes as ever, and its files say so', async () => {
    vi.mocked(canRelax).mockReturnValue(false)
    const plain = await trained({})
    const vain = await trained({ relaxed: true, report: 'report.html' })
    expect(vain).toEqual({ weights: plain.weights, relaxed: 0 })
    const words = 'asked for, but the engine could not'
    expect(kept.get('checkpoint.json')).toContain(`"relaxed":"${words}"`)
    expect(kept.get('report.html')).toContain(`relaxed</th><td>${words}`)
    vi.mocked(canRelax).mockReset()
    await expect(trained({ relaxed: true, resume: true })).rejects.toThrow(
      `relaxed "${words}", this training has true`,
    )
  })

  test('is compiled', async () => {
    await expect(trained({ relaxed: true, compile: false })).rejects.toThrow(
      'relaxed is for compiled steps: leave compile true, or relaxed false.',
    )
  })
})

test('a sweep asks for flags that train has', () => {
  const settings = { nesterov: false, relaxed: false, standardise: false, precision: 'f32' }
  expect(wordsOf(settings)).toEqual(['--precision', 'f32', '--no-standardise'])
  expect(wordsOf({ nesterov: true, relaxed: true, standardise: true })).toEqual([
    '--nesterov',
    '--relaxed',
    '--standardise',
  ])
})
