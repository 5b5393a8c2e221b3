import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Random } from 'chainrule'
import { FormatError, loadNpy, loadNpz, loadSafetensors, saveSafetensors } from 'chainrule/interop'
import { MLP } from 'chainrule/nn'
import { afterAll, describe, expect, test } from 'vitest'
import { damagedFiles, damages, greedyFiles, joined } from '../damage.ts'
import { zipOf } from '../zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'files-'))
afterAll(() => rmSync(folder, { recursive: true }))

const widths = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
}

/** One small tensor of every dtype, of zeros and ones, which are numbers in each of them. */
function everyDtype(): Uint8Array {
  let at = 0
  const header = Object.entries(widths).map(([dtype, width], i) => {
    const count = 1 + (i % 4)
    const data_offsets = [at, (at += count * width)]
    return [`layers.${i}.${dtype}`, { dtype, shape: [count], data_offsets }]
  })
  return joined(JSON.stringify(Object.fromEntries(header)), new Uint8Array(at).fill(1))
}

const random = new Random(1)
const small = new MLP(3, [4, 2], { random })
const sound = [
  saveSafetensors(small, { metadata: { format: 'pt', note: 'a "text"' } }),
  saveSafetensors(small, { precision: 'f32' }),
  saveSafetensors(new MLP(16, [12, 10], { random }), { precision: 'f32' }),
  everyDtype(),
  saveSafetensors({}),
]

/** Whether a file keeps to the format, found in another way: all of it parsed, then looked at. */
function isSound(file: Uint8Array): boolean {
  try {
    const length = Number(new DataView(file.buffer).getBigUint64(0, true))
    const text = new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + length))
    const header = JSON.parse(text) as Record<string, Record<string, unknown>>
    const { __metadata__: metadata = {}, ...tensors } = header
    const places: [number, number][] = []
    const fits = Object.entries(tensors).every(
      ([name, { dtype, shape, data_offsets, ...rest }]) => {
        const [begin, end] = data_offsets as [number, number]
        places.push([begin, end])
        const count = (shape as number[]).reduce((product, n) => product * n, 1)
        const width = widths[dtype as keyof typeof widths]
        return (
          [...(shape as number[]), begin, end].every((n) => Number.isSafeInteger(n) && n >= 0) &&
          (shape as number[]).length <= 64 &&
          (data_offsets as number[]).length === 2 &&
          Object.keys(rest).length === 0 &&
          end - begin === count * width &&
          Buffer.byteLength(name) <= 512 &&
          !/\p{Surrogate}/u.test(name)
        )
      },
    )
    places.sort((a, b) => a[0] - b[0] || a[1] - b[1])
    const gapless = places.every(([begin], i) => begin === (i === 0 ? 0 : places[i - 1]![1]))
    const texts = Object.values(metadata)
    return (
      text.startsWith('{') &&
      fits &&
      gapless &&
      file.length === 8 + length + (places.at(-1)?.[1] ?? 0) &&
      metadata !== null &&
      !Array.isArray(metadata) &&
      texts.every((text) => typeof text === 'string')
    )
  } catch {
    return false
  }
}

const files = [...damagedFiles(sound, 2000, new Random(2))]

describe('damaged safetensors', () => {
  test('2,000 of them give one clear error each, or keep to the format and are read', () => {
    const count = { refused: 0, read: 0 }
    for (const [i, { kind, file }] of files.entries()) {
      const what = `file ${i}, ${kind}`
      let error: unknown
      try {
        const state = loadSafetensors(file)
        for (const { shape, data } of Object.values(state))
          expect(data.length, what).toBe(shape.reduce((product, n) => product * n, 1))
        count.read++
      } catch (thrown) {
        error = thrown
        count.refused++
      }
      if (error === undefined) expect(isSound(file), what).toBe(true)
      else {
        expect(error, what).toBeInstanceOf(FormatError)
        const { message } = error as FormatError
        expect(message, what).toMatch(
          /^this is not a safetensors file that can be read: .+\. .+\.$/,
        )
        expect(message.length, what).toBeLessThan(500)
        expect(message, what).toMatch(/expected|once|follow|is \d|is -\d/)
        // What was wrong with a sound file is one of its numbers, or what only we refuse.
        if (isSound(file)) expect(message, what).toMatch(/\[\d+\] is |once/)
      }
    }
    expect(files.length).toBe(2000)
    expect(new Set(files.map(({ kind }) => kind)).size).toBe(Object.keys(damages).length)
    expect(count.refused).toBeGreaterThan(1500)
    expect(count.read).toBeGreaterThan(50)
  })
})

describe('damaged files of numpy', () => {
  const header = "{'descr': '<f8', 'fortran_order': True, 'shape': (20, 30), }".padEnd(117)
  const array = new Uint8Array(
    Buffer.concat([
      Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]),
      Buffer.from(`${header}\n`),
      new Uint8Array(Float64Array.from({ length: 600 }, (_, i) => i / 7).buffer),
    ]),
  )
  const sound: [string, Uint8Array, (file: Uint8Array) => unknown][] = [
    ['.npy', array, loadNpy],
    ['.npz', zipOf([{ name: 'a.npy', content: array }]), loadNpz],
    ['.npz', zipOf([{ name: 'a.npy', content: array, deflated: true }]), loadNpz],
  ]

  test.each(sound)(
    '300 %s files give one clear error each, or are read',
    async (kind, file, load) => {
      const random = new Random(3)
      await load(file)
      for (let i = 0; i < 300; i++) {
        const damaged = file.slice(0, i % 3 === 0 ? random.randint(0, file.length) : file.length)
        // Most of the bytes that matter are at both ends.
        const places = [damaged.length, Math.min(damaged.length, 200)]
        for (let k = random.randint(1, 4); k > 0 && damaged.length > 0; k--) {
          const at = random.randint(0, random.choice(places) - 1)
          damaged[random.random() < 0.5 ? at : damaged.length - 1 - at]! ^=
            1 << random.randint(0, 7)
        }
        let error: unknown
        try {
          await load(damaged)
        } catch (thrown) {
          error = thrown
        }
        if (error === undefined) continue
        expect(error, `file ${i}`).toBeInstanceOf(FormatError)
        expect((error as FormatError).message).toMatch(
          /^this is not a .+ file that can be read: .+\. .+\.$/,
        )
        expect((error as FormatError).message).toContain(kind)
      }
    },
  )
})

/**
 * Reads files one after the other; prints by how many bytes the process grew, at most. What Linux calls
 * the high water mark is reset before: `maxRSS` would begin with that of the process which started it.
 */
const child = `
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadSafetensors } from ${JSON.stringify(resolve(import.meta.dirname, '../../dist/interop/index.js'))}
const [folder] = process.argv.slice(2)
const bytes = (name) => Number(new RegExp(name + '.*?(\\\\d+)').exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
writeFileSync('/proc/self/clear_refs', '5')
const before = bytes('VmRSS')
for (const name of readdirSync(folder)) {
  try {
    globalThis.kept = loadSafetensors(readFileSync(join(folder, name)))
  } catch (error) {
    if (error.name !== 'FormatError') throw error
  }
}
console.log(bytes('VmHWM') - before)
`

function growthOf(name: string, given: readonly Uint8Array[]): number {
  const inside = join(folder, name)
  mkdirSync(inside)
  for (const [i, file] of given.entries()) writeFileSync(join(inside, `${i}`), file)
  const script = join(folder, 'child.mjs')
  writeFileSync(script, child)
  const run = spawnSync(process.execPath, [script, inside], { encoding: 'utf8' })
  rmSync(inside, { recursive: true })
  expect(run.stderr).toBe('')
  expect(run.status).toBe(0)
  return Number(run.stdout)
}

const MB = 2 ** 20
const length = 16 * MB
const long = (precision: 'f64' | 'f32'): Uint8Array => {
  const count = length / (precision === 'f64' ? 8 : 4)
  return saveSafetensors(
    { a: { shape: [count], data: Array.from({ length: count }, (_, i) => Math.sin(i)) } },
    { precision },
  )
}

/** Large files, sound and damaged, made when they are wanted. */
const large: Record<string, () => Uint8Array> = {
  'numbers of 8 bytes': () => long('f64'),
  'numbers of 4 bytes': () => long('f32'),
  'half of the file': () => long('f64').slice(0, length / 2),
  'a header as long as the file': () => {
    const file = long('f64')
    new DataView(file.buffer).setBigUint64(0, BigInt(file.length - 8), true)
    return file
  },
  ...Object.fromEntries(
    Object.entries(greedyFiles).flatMap(([name, make]) =>
      [1, 9].map((size) => [`${name}, ${size} MB`, () => make(size * MB)]),
    ),
  ),
}

describe('memory', () => {
  test('2,000 damaged files take 16 MB and three times the largest', () => {
    const largest = Math.max(...files.map(({ file }) => file.length))
    const growth = growthOf(
      'all',
      files.map(({ file }) => file),
    )
    console.log(`note: ${(growth / MB).toFixed(1)} MB for 2,000 files`)
    expect(growth).toBeLessThan(3 * largest + 16 * MB)
  })

  test.each(Object.keys(large))('%s: at most three times the file and 16 MB', (name) => {
    const file = large[name]!()
    const growth = growthOf('one', [file])
    console.log(`${name}: ${(growth / MB).toFixed(1)} MB for ${(file.length / MB).toFixed(1)} MB`)
    expect(growth).toBeLessThan(3 * file.length + 16 * MB)
  })
})
