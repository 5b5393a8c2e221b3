import { deflateRawSync } from 'node:zlib'
import { FormatError, loadNpy, loadNpz } from 'chainrule/interop'
import { describe, expect, test } from 'vitest'
import { fromBase64, python } from './golden-files.ts'
import { decode, type Encoded, withoutPyTorch } from './pytorch.ts'
import { type Packing, zipOf } from './zip.ts'

const orders = ['<', '>'].flatMap((end) =>
  ['f2', 'f4', 'f8', 'i2', 'i4', 'i8', 'u2', 'u4', 'u8'].map((kind) => end + kind),
)

/** A .npy file of version 1.0 with that dictionary, as numpy pads it. */
function npyOf(dictionary: string, data: number | Uint8Array = 0): Uint8Array {
  const text = `${dictionary}${' '.repeat(63 - ((10 + dictionary.length) % 64))}\n`
  const rest = typeof data === 'number' ? new Uint8Array(data) : data
  const head = [0x93, ...Buffer.from('NUMPY'), 1, 0, text.length & 255, text.length >> 8]
  return new Uint8Array(Buffer.concat([Buffer.from(head), Buffer.from(text), rest]))
}

const f8 = (shape: string, more = ''): string =>
  `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, ${more}}`

describe('.npy', () => {
  test('is read in the order of its indices', () => {
    const bytes = new Uint8Array(new Float64Array([1, 2, 3, 4, 5, 6]).buffer)
    const [rows, columns] = [f8('(2, 3)'), f8('(2, 3)').replace('False', 'True')]
    expect(loadNpy(npyOf(rows, bytes))).toEqual({ shape: [2, 3], data: [1, 2, 3, 4, 5, 6] })
    expect(loadNpy(npyOf(columns, bytes))).toEqual({ shape: [2, 3], data: [1, 3, 5, 2, 4, 6] })
  })

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'it begins with ‘’'],
    ['another file', new TextEncoder().encode('1,2,3\n4,5,6\n'), 'it begins with ‘1,2,3\\n’'],
    ['a zip archive', new TextEncoder().encode('PK\u0003\u0004 and more'), 'loadNpz reads those'],
    ['another version', npyOf(f8('()'), 8).with(6, 9), 'its version is 9.0'],
    [
      'a header beyond the file',
      npyOf(f8('()'), 8).with(8, 255),
      'its header claims 255 bytes, expected at most 126',
    ],
    ['half a header', npyOf("{'descr': '<f8'"), 'stands its end, expected'],
    [
      'no shape',
      npyOf("{'descr': '<f8', 'fortran_order': False}"),
      'expected descr, fortran_order and shape',
    ],
    ['something else', npyOf(f8('()', "'strides': (8,), "), 8), 'not ‘strides’'],
    ['a shape twice', npyOf(f8('()', "'shape': (), "), 8), 'once each, not ‘shape’'],
    ['a negative size', npyOf(f8('(-1,)'), 8), 'expected a whole number'],
    ['a list of sizes', npyOf(f8('[1]'), 8), "expected '('"],
    ['neither true nor false', npyOf(f8('()').replace('False', 'None'), 8), "expected 'T' or 'F'"],
    [
      'huge sizes',
      npyOf(f8(`(${2 ** 50}, ${2 ** 50})`), 8),
      '8 bytes follow its header, expected 8 for each',
    ],
    ['too few numbers', npyOf(f8('(2,)'), 8), 'shape [2]'],
    ['bytes left over', npyOf(f8('()'), 16), '16 bytes follow its header'],
    ['code', npyOf("{'descr': __import__('os'), }"), 'stands ‘__import__'],
    ['another dtype', npyOf(f8('()').replace('<f8', '<toString'), 8), 'its dtype is ‘<toString’'],
    ['no order of bytes', npyOf(f8('()').replace('<f8', '|f8'), 8), 'its dtype is ‘|f8’'],
    ['bfloat16', npyOf(f8('()').replace('<f8', '<bf2'), 2), 'its dtype is ‘<bf2’'],
    [
      'a truth value of 3',
      npyOf(f8('()').replace('<f8', '|b1'), Uint8Array.of(3)),
      '‘array’[0] is 3, expected a truth value',
    ],
  ])('%s is refused', (_, file, message) => {
    expect(() => loadNpy(file)).toThrow(FormatError)
    expect(() => loadNpy(file)).toThrow(message)
    expect(() => loadNpy(file)).toThrow(/^this is not a \.npy file .*\.$/)
  })
})

describe('.npz', () => {
  const zeros = npyOf(f8('(5000,)'), 40_000)
  const noise = npyOf(
    f8('(5000,)'),
    new Uint8Array(Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i)).buffer),
  )
  const a: Packing = { name: 'a.npy', content: noise }
  const deflated: Packing = { ...a, deflated: true }

  test('members are read stored and deflated, behind a comment, in shared memory', async () => {
    const file = zipOf(
      [
        deflated,
        { name: '__proto__.npy', content: zeros, deflated: true },
        { ...a, name: 'b.npy' },
      ],
      {
        comment: 'a comment',
      },
    )
    const shared = new Uint8Array(new SharedArrayBuffer(file.length))
    shared.set(file)
    for (const bytes of [file, shared]) {
      const found = await loadNpz(bytes)
      expect(Object.keys(found)).toEqual(['a', '__proto__', 'b'])
      expect(found['a']).toEqual(loadNpy(noise))
      expect(found['b']).toEqual(loadNpy(noise))
      expect(Object.getPrototypeOf(found)).toBe(Object.prototype)
    }
    expect(await loadNpz(zipOf([]))).toEqual({})
  })

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'it does not end as a zip archive does'],
    ['half an archive', zipOf([a]).slice(0, -1), 'it does not end as a zip archive does'],
    [
      'no array',
      zipOf([{ ...a, name: 'data.pkl' }]),
      'Save weights with np.savez, or as safetensors',
    ],
    ['zip64', zipOf([a], { count: 0xffff }), 'zip64'],
    ['a member in zip64', zipOf([{ ...a, method: 8, size: 0xffffffff }]), 'zip64'],
    ['a part of an archive', zipOf([a], { disk: 1 }), 'one part of an archive'],
    ['a directory elsewhere', zipOf([a], { start: 3 }), 'its directory is said to end at byte'],
    ['too many entries', zipOf([a], { count: 2 }), 'entry 1 of its directory is missing'],
    ['too few entries', zipOf([a, { ...a, name: 'b.npy' }], { count: 1 }), 'after its last entry'],
    ['a password', zipOf([{ ...a, flags: 1 }]), 'encrypted'],
    ['another method', zipOf([{ ...a, method: 12 }]), 'by method 12, expected 0 (not) or 8'],
    ['a size that is not its own', zipOf([{ ...a, size: 9 }]), 'which is impossible'],
    ['a size that nothing has', zipOf([{ ...deflated, size: 0xf0000000 }]), 'which is impossible'],
    [
      'a length beyond the end',
      zipOf([{ ...a, size: 2 ** 31, packedSize: 2 ** 31 }]),
      'is not at byte 0',
    ],
    ['a place beyond the end', zipOf([{ ...a, at: 2 ** 31 }]), 'is not at byte 2147483648'],
    ['a place where nothing begins', zipOf([{ ...a, at: 1 }]), 'is not at byte 1'],
    ['two names', zipOf([{ ...a, localName: 'b.npy' }]), 'is not at byte 0'],
    ['one name twice', zipOf([a, a]), '‘a.npy’ is in it twice'],
    [
      'one member twice',
      zipOf([a, { ...a, name: 'b.npy', localName: 'a.npy', at: 0 }]),
      '‘b.npy’ is not at byte 0',
    ],
    [
      'a checksum that does not fit',
      zipOf([{ ...a, checksum: 1 }]),
      'in ‘a.npy’, the numbers do not fit their checksum',
    ],
    [
      'a checksum that does not fit, deflated',
      zipOf([{ ...deflated, checksum: 1 }]),
      'in ‘a.npy’, it cannot be unpacked',
    ],
    [
      'more bytes than it declares',
      zipOf([{ ...deflated, size: 30_000 }]),
      'bytes follow its header',
    ],
    [
      'a few more',
      zipOf([
        {
          name: 'a.npy',
          deflated: true,
          content: npyOf(f8('(5000,)'), 40_008),
          size: zeros.length,
        },
      ]),
      'there are more than the 40128 bytes',
    ],
    [
      'fewer',
      zipOf([{ name: 'a.npy', deflated: true, content: zeros.slice(0, -8), size: zeros.length }]),
      'in ‘a.npy’,',
    ],
    ['half of what is packed', zipOf([{ ...deflated, packedSize: 1000 }]), 'in ‘a.npy’,'],
  ])('%s is refused', async (_, file, message) => {
    const error = await loadNpz(file).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(FormatError)
    expect(String(error)).toContain(message)
    expect(String(error)).toMatch(/^FormatError: this is not a \.npz file .*\.$/)
  })

  test('a bomb is not unpacked: its first bytes do not fit what it declares', async () => {
    const bomb = npyOf(f8('(1,)'), 2 ** 27)
    const before = process.memoryUsage().arrayBuffers
    let peak = 0
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)
    }, 1)
    const file = zipOf([{ name: 'a.npy', content: bomb, deflated: true }])
    await expect(loadNpz(file)).rejects.toThrow('bytes follow its header')
    clearInterval(watch)
    expect(peak).toBeLessThan(16e6)
    const many = { content: bomb, deflated: true, packed: deflateRawSync(bomb) }
    const names = Array.from({ length: 9 }, (_, i) => ({ ...many, name: `${i}.npy` }))
    await expect(loadNpz(zipOf(names))).rejects.toThrow('expected at most 1073741824')
  })
})

describe.skipIf(withoutPyTorch !== undefined)('beside numpy', () => {
  interface Wanted {
    name: string
    dtype: string
    shape: number[]
    order: string
    version: number[]
  }
  const shapesThere = [[], [0], [7], [2, 3], [3, 1, 4], [2, 0, 3], [2, 3, 2, 2]]
  const wanted: Wanted[] = [...orders, '|i1', '|u1', '|b1'].flatMap((dtype, i) =>
    shapesThere.flatMap((shape) =>
      ['C', 'F'].map((order) => ({
        name: `${dtype.slice(1)}.${i}.${shape.join('x')}${order}`,
        dtype,
        shape,
        order,
        version: [1 + (i % 3), 0],
      })),
    ),
  )
  const found = (): { file: string; data: Encoded[] }[] =>
    python('write_npy', { arrays: wanted }) as { file: string; data: Encoded[] }[]
  const arrays = withoutPyTorch === undefined ? found() : []
  const expected = wanted.map(({ name, shape }, i) => [
    name,
    { shape, data: arrays[i]?.data.map(decode) },
  ])

  test('arrays of every dtype, order and version are read', () => {
    for (const [i, { file }] of arrays.entries())
      expect(loadNpy(fromBase64(file)), wanted[i]!.name).toEqual(expected[i]![1])
    expect(arrays.length).toBe(294)
  })

  test.each([false, true])('archives are read, compressed: %s', async (compressed) => {
    const file = fromBase64(python('write_npz', { arrays: wanted, compressed }))
    expect(await loadNpz(file)).toEqual(Object.fromEntries(expected))
    expect(await loadNpz(file.buffer as ArrayBuffer)).toEqual(Object.fromEntries(expected))
  })

  test('a large array is unpacked, and a damaged one is not', async () => {
    const array = { name: 'a', dtype: '<f8', shape: [300, 1000], order: 'C' }
    const file = fromBase64(python('write_npz', { arrays: [array], compressed: true }))
    const { a } = await loadNpz(file)
    expect(a!.shape).toEqual([300, 1000])
    expect(a!.data.every((x, i) => x === i - 150_000)).toBe(true)
    for (const at of [2000, 30_000, file.length - 200]) {
      const damaged = file.with(at, file[at]! ^ 0x10)
      await expect(loadNpz(damaged)).rejects.toThrow(FormatError)
    }
  })

  test.each(['object', 'complex', 'text', 'record', 'date', 'long double'])(
    '%s is refused',
    (name) => {
      const files = python('refused', {}) as Record<string, string>
      const load = (): unknown => loadNpy(fromBase64(files[name]))
      expect(load).toThrow(FormatError)
      expect(load).toThrow(
        name === 'record' ? 'save each field by itself' : "array.astype('float64')",
      )
      if (name === 'object') expect(load).toThrow('a pickle can run code')
    },
  )
})
