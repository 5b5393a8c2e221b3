import { Random } from 'chainrule'
import {
  FormatError,
  loadSafetensors,
  safetensorsMetadata,
  saveSafetensors,
} from 'chainrule/interop'
import { Layer, MLP } from 'chainrule/nn'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromBase64, python, toBase64 } from './golden-files.ts'
import { decode, type Encoded, encode, withoutPyTorch } from './pytorch.ts'

/** A file with that header in front of that data. */
function fileOf(header: unknown, data: number | Uint8Array = 0): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const rest = typeof data === 'number' ? new Uint8Array(data) : data
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return new Uint8Array(Buffer.concat([length, text, rest]))
}

const entry = (dtype: string, shape: unknown, begin: number, end: number): object => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

/** Every kind of number with some of its own: the extremes, and all else that it can hold exactly. */
const whole = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min, max }).map((x) => x + 0)
const kinds: Record<string, fc.Arbitrary<number>> = {
  F64: fc.double({ noNaN: false }),
  F32: fc.float({ noNaN: false }),
  F16: fc.constantFrom(0, -0, 1, -2, 0.333251953125, 65504, 2 ** -24, -(2 ** -14), Infinity, NaN),
  BF16: fc.constantFrom(0, -0, 1, -2, 0.333984375, 2 ** 127, 2 ** -133, -Infinity, NaN),
  I8: whole(-128, 127),
  I16: whole(-32768, 32767),
  I32: whole(-(2 ** 31), 2 ** 31 - 1),
  I64: fc.oneof(
    fc.constantFrom(2 ** 53, -(2 ** 53)),
    fc.maxSafeInteger().map((x) => x + 0),
  ),
  U8: whole(0, 255),
  U16: whole(0, 65535),
  U32: whole(0, 2 ** 32 - 1),
  U64: fc.oneof(fc.constant(2 ** 53), fc.maxSafeNat()),
  BOOL: whole(0, 1),
}

const shapes = fc.array(fc.nat({ max: 3 }), { maxLength: 4 })
const filled = (shape: number[], kind: fc.Arbitrary<number>): fc.Arbitrary<number[]> => {
  const length = shape.reduce((product, n) => product * n, 1)
  return fc.array(kind, { minLength: length, maxLength: length })
}
const tensors = (kind: fc.Arbitrary<number>) =>
  shapes.chain((shape) => fc.record({ shape: fc.constant(shape), data: filled(shape, kind) }))
const names = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '0',
    '10',
    '9',
    'layers.0.weight',
    '\uFFFD',
    '\u{10000}',
  ),
)
const states = (kind: fc.Arbitrary<number>) =>
  fc
    .array(fc.tuple(names, tensors(kind)), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries))

describe('safetensors', () => {
  test('are the bytes that the reference implementation writes', () => {
    const bytes = (state: object, metadata?: Record<string, string>): string =>
      Buffer.from(
        saveSafetensors(state as ReturnType<typeof loadSafetensors>, {
          precision: 'f32',
          metadata,
        }),
      ).toString('latin1')
    // The three examples of its own tests.
    expect(bytes({})).toBe('\x08\0\0\0\0\0\0\0{}      ')
    expect(bytes({}, { framework: 'pt' })).toBe(
      '\x28\0\0\0\0\0\0\0{"__metadata__":{"framework":"pt"}}     ',
    )
    expect(bytes({ attn0: { shape: [1, 1, 2, 3], data: [0, 1, 2, 3, 4, 5] } })).toBe(
      '\x48\0\0\0\0\0\0\0{"attn0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[0,24]}}       ' +
        '\0\0\0\0\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\0\0\x80\x40\0\0\xa0\x40',
    )
  })

  test('what is saved is loaded again, bit for bit', () => {
    fc.assert(
      fc.property(states(kinds['F64']!), (state) => {
        const file = saveSafetensors(state)
        expect(loadSafetensors(file)).toEqual(state)
        expect(loadSafetensors(file.buffer as ArrayBuffer)).toEqual(state)
        expect(saveSafetensors(loadSafetensors(file))).toEqual(file)
      }),
    )
    fc.assert(
      fc.property(states(kinds['F32']!), (state) => {
        expect(loadSafetensors(saveSafetensors(state, { precision: 'f32' }))).toEqual(state)
      }),
    )
  })

  test('a module goes into a file and comes back; a name may be any', () => {
    const [one, other] = [7, 8].map((seed) => new MLP(3, [4, 2], { random: new Random(seed) }))
    const file = saveSafetensors(one!)
    expect(file).toEqual(saveSafetensors(one!.stateDict()))
    other!.loadStateDict(loadSafetensors(file))
    expect(other!.stateDict()).toEqual(one!.stateDict())
    expect(safetensorsMetadata(file)).toEqual({})

    const odd = JSON.parse('{"__proto__":{"shape":[],"data":[1]}}') as ReturnType<
      typeof loadSafetensors
    >
    const again = loadSafetensors(
      saveSafetensors(odd, { metadata: JSON.parse('{"__proto__":"x"}') }),
    )
    expect(Object.keys(again)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(again)).toBe(Object.prototype)
    expect(({} as { shape?: unknown }).shape).toBeUndefined()
    expect(() => new Layer(1, 1).loadStateDict(again)).toThrow('this model has no __proto__')
  })

  test('metadata is read beside the weights', () => {
    const metadata = { format: 'pt', Ünicode: '"\\\n☃', '': '' }
    const file = saveSafetensors({ a: { shape: [1], data: [1] } }, { metadata })
    expect(safetensorsMetadata(file)).toEqual(metadata)
    expect(loadSafetensors(file)).toEqual({ a: { shape: [1], data: [1] } })
  })

  test('the largest names, shapes and numbers of tensors are written and read', () => {
    const state = Object.fromEntries(
      Array.from({ length: 2 ** 14 }, (_, i) => [
        i === 0 ? 'é'.repeat(256) : `t${i}`,
        { shape: i === 1 ? Array.from({ length: 64 }, () => 1) : [1], data: [i] },
      ]),
    )
    const metadata = { long: 'x'.repeat(2 ** 20) }
    const file = saveSafetensors(state, { metadata })
    expect(loadSafetensors(file)).toEqual(state)
    expect(safetensorsMetadata(file)).toEqual(metadata)
    const more = { ...state, more: { shape: [0], data: [] } }
    expect(() => saveSafetensors(more)).toThrow('at most 16384 tensors, got 16385')
    const long = { long: `${metadata.long}x` }
    expect(() => saveSafetensors({}, { metadata: long })).toThrow('over 1048576 bytes')
  })

  test('bytes may lie anywhere in memory, also in memory that is shared', () => {
    const file = saveSafetensors({ a: { shape: [2], data: [1, -2] } })
    const shared = new Uint8Array(new SharedArrayBuffer(file.length + 3), 3)
    shared.set(file)
    expect(loadSafetensors(shared)).toEqual({ a: { shape: [2], data: [1, -2] } })
  })

  test.each<[string, () => unknown, string]>([
    ['a path', () => loadSafetensors('model.safetensors' as never), 'read the file first'],
    [
      'nothing',
      () => saveSafetensors(undefined as never),
      'expected a module or its stateDict(), got undefined',
    ],
    ['no tensor', () => saveSafetensors({ a: [1] as never }), 'a: expected { shape, data }'],
    [
      'no numbers',
      () => saveSafetensors({ a: { shape: [1], data: ['1' as never] } }),
      'got string at 0',
    ],
    [
      'too few',
      () => saveSafetensors({ a: { shape: [2], data: [1] } }),
      'a: expected the numbers of shape [2], got 1',
    ],
    [
      'half a size',
      () => saveSafetensors({ a: { shape: [0.5], data: [] } }),
      'whole numbers, got [0.5]',
    ],
    [
      'a reserved name',
      () => saveSafetensors({ __metadata__: { shape: [0], data: [] } }),
      'pass metadata in the options',
    ],
    [
      'half a letter',
      () => saveSafetensors({ '\uD800': { shape: [0], data: [] } }),
      'half a pair of surrogates',
    ],
    [
      'a long name',
      () => saveSafetensors({ ['x'.repeat(600)]: { shape: [0], data: [] } }),
      'over 512 bytes',
    ],
    [
      'metadata of numbers',
      () => saveSafetensors({}, { metadata: { epoch: 3 as never } }),
      'metadata.epoch: expected a text, got number',
    ],
    [
      'too large for f32',
      () => saveSafetensors({ a: { shape: [1], data: [1e39] } }, { precision: 'f32' }),
      "a[0] is 1e+39, which f32 cannot hold: save it as 'f64'",
    ],
    [
      'no precision',
      () => saveSafetensors({}, { precision: 'f16' as never }),
      "precision is 'f64' or 'f32', got f16",
    ],
  ])('%s is refused', (_, run, message) => {
    expect(run).toThrow(message)
    expect(run).not.toThrow(FormatError)
  })

  const f32 = (begin: number, end: number, shape: unknown = [1]): object =>
    entry('F32', shape, begin, end)
  test.each<[string, Uint8Array, string]>([
    ['no bytes', new Uint8Array(0), 'it has 0 bytes, expected 8'],
    [
      'a header beyond the file',
      new Uint8Array(8).fill(255),
      'claims 18446744073709551615 bytes, expected at most 0',
    ],
    ['no header', fileOf(''), "at byte 0 of its header stands its end, expected '{'"],
    ['a blank before', fileOf(' {}'), 'stands ‘ {}’'],
    ['something after', fileOf('{}x'), 'stands ‘x’, expected its end'],
    ['a list', fileOf('[]'), "expected '{'"],
    ['half a header', fileOf('{"a'), 'stands its end'],
    [
      'the same name twice',
      fileOf('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a"'),
      '‘a’ once, not twice',
    ],
    ['no tensor', fileOf({ a: 1 }), "stands ‘1}’, expected '{'"],
    [
      'no dtype',
      fileOf({ a: { shape: [0], data_offsets: [0, 0] } }),
      'expected dtype, shape and two data_offsets of ‘a’',
    ],
    ['another dtype', fileOf({ a: entry('F8_E4M3', [1], 0, 1) }, 1), 'save the tensor as float32'],
    [
      'a dtype of objects',
      fileOf({ a: entry('toString', [1], 0, 1) }, 1),
      'expected a dtype of ‘a’',
    ],
    ['something else', fileOf({ a: { ...f32(0, 4), strides: [1] } }, 4), 'not ‘strides’'],
    ['a negative size', fileOf({ a: f32(0, 4, [-1]) }, 4), 'expected a whole number'],
    ['half a size', fileOf({ a: f32(0, 4, [1.5]) }, 4), 'stands ‘.5]'],
    ['a huge size', fileOf({ a: f32(0, 4, [2 ** 53]) }, 4), 'expected a whole number below 2⁵³'],
    [
      'huge sizes',
      fileOf({ a: f32(0, 4, [2 ** 50, 2 ** 50]) }, 4),
      'expected 4 for each number of F32 in the shape',
    ],
    [
      'too many sizes',
      fileOf(
        {
          a: f32(
            0,
            4,
            Array.from({ length: 65 }, () => 1),
          ),
        },
        4,
      ),
      'at most 64 numbers',
    ],
    [
      'offsets beyond the file',
      fileOf({ a: f32(0, 400, [100]) }, 4),
      'data_offsets [0, 400], expected it to begin at 0 and to end at 4',
    ],
    ['offsets backwards', fileOf({ a: f32(4, 0) }, 4), 'data_offsets [4, 0]'],
    [
      'a hole',
      fileOf({ a: f32(0, 4), b: f32(8, 12) }, 12),
      '‘b’ has data_offsets [8, 12], expected it to begin at 4',
    ],
    [
      'an overlap',
      fileOf({ a: f32(0, 4), b: f32(2, 6) }, 6),
      '‘b’ has data_offsets [2, 6], expected it to begin at 4',
    ],
    ['another size', fileOf({ a: f32(0, 8) }, 8), '‘a’ has 8 bytes, expected 4 for each'],
    ['bytes left over', fileOf({ a: f32(0, 4) }, 8), '8 bytes follow its header, expected 4'],
    [
      'three offsets',
      fileOf({ a: { ...f32(0, 4), data_offsets: [0, 4, 4] } }, 4),
      'at most 2 numbers',
    ],
    ['metadata of numbers', fileOf({ __metadata__: { epoch: 3 } }), 'stands ‘3}}’'],
    [
      'a name that is not UTF-8',
      fileOf('{"\u0001":'),
      'a string in UTF-8 with the escapes of JSON',
    ],
    ['half a letter', fileOf('{"\\ud800":'), 'a string in UTF-8 with the escapes of JSON'],
    [
      'a truth value of 2',
      fileOf({ a: entry('BOOL', [1], 0, 1) }, Uint8Array.of(2)),
      '‘a’[0] is 2, expected a truth value',
    ],
    [
      'a long integer',
      fileOf({ a: entry('I64', [1], 0, 8) }, Uint8Array.of(1, 0, 0, 0, 0, 0, 32, 0)),
      '‘a’[0] is 9007199254740993, expected a whole number within ±2⁵³',
    ],
    [
      'a long negative one',
      fileOf({ a: entry('I64', [1], 0, 8) }, Uint8Array.of(255, 255, 255, 255, 255, 255, 223, 255)),
      '‘a’[0] is -9007199254740993',
    ],
    [
      'a long natural one',
      fileOf({ a: entry('U64', [1], 0, 8) }, new Uint8Array(8).fill(255)),
      '‘a’[0] is 18446744073709551615',
    ],
  ])('a file with %s is refused', (_, file, message) => {
    expect(() => loadSafetensors(file)).toThrow(FormatError)
    expect(() => loadSafetensors(file)).toThrow(message)
    expect(() => loadSafetensors(file)).toThrow(/^this is not a safetensors file .*\.$/)
  })
})

describe.skipIf(withoutPyTorch !== undefined)('beside Python', () => {
  type Given = { name: string; dtype: string; shape: number[]; data: number[] }
  const words = (all: readonly Given[]): object[] =>
    all.map((one) => ({ ...one, data: one.data.map(encode) }))

  test('files of every dtype, written there, are read here', () => {
    const given = fc.sample(
      fc
        .constantFrom(...Object.keys(kinds))
        .chain((dtype) => fc.record({ dtype: fc.constant(dtype), tensor: tensors(kinds[dtype]!) })),
      { numRuns: 400, seed: 1 },
    )
    const all = given.map(({ dtype, tensor }, i) => ({ name: `t${i}`, dtype, ...tensor }))
    expect(new Set(all.map(({ dtype }) => dtype)).size).toBe(13)
    const metadata = { format: 'pt', 'ÿ☃': '"\\\n' }
    const file = fromBase64(python('write_file', { tensors: words(all), metadata }))
    expect(loadSafetensors(file)).toEqual(
      Object.fromEntries(all.map(({ name, shape, data }) => [name, { shape, data }])),
    )
    expect(safetensorsMetadata(file)).toEqual(metadata)
  })

  test.each([
    ['f64', 'F64'],
    ['f32', 'F32'],
  ] as const)('files in %s are the same bytes, and are read there', (precision, dtype) => {
    const state = Object.assign(
      {},
      ...fc.sample(states(kinds[dtype]!), { numRuns: 60, seed: 2 }),
    ) as ReturnType<typeof loadSafetensors>
    const metadata = { b: '\u0001\u007f', a: '\u{1F600}' }
    const file = saveSafetensors(state, { precision, metadata })
    const all = Object.entries(state).map(([name, { shape, data }]) => ({
      name,
      dtype,
      shape: [...shape],
      data: [...data],
    }))
    expect(toBase64(file)).toBe(python('write_file', { tensors: words(all), metadata }))
    const found = python('read_file', { file: toBase64(file) }) as {
      metadata: object
      tensors: Record<string, { dtype: string; shape: number[]; data: Encoded[] }>
    }
    expect(found.metadata).toEqual(metadata)
    const read = Object.entries(found.tensors).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(decode) },
    ])
    expect(Object.fromEntries(read)).toEqual(state)
  })

  test.each(['F64', 'F32'])('weights of PyTorch in %s go on here, and back', (dtype) => {
    const sizes = [5, 8, 7, 3]
    const random = new Random(3)
    const X = Array.from({ length: 20 }, () =>
      Array.from({ length: 5 }, () => random.uniform(-2, 2)),
    )
    const there = python('trained', { sizes, dtype, seed: 4, X }) as {
      file: string
      outputs: number[][]
    }
    const model = new MLP(5, sizes.slice(1), { activation: 'tanh' })
    const file = fromBase64(there.file)
    model.loadStateDict(loadSafetensors(file))
    const outputs = (): number[][] => X.map((x) => model.forward(x).map((y) => y.data))
    // Sums of a dozen products, in another order there.
    expectNear(outputs(), there.outputs)
    const metadata = { format: 'pt' }
    expect(
      saveSafetensors(model, { precision: dtype === 'F64' ? 'f64' : 'f32', metadata }),
    ).toEqual(file)

    for (const p of model.parameters()) p.data += 0.125 * random.uniform(-1, 1)
    const back = python('loaded', { sizes, X, file: toBase64(saveSafetensors(model)) })
    expectNear(outputs(), back as number[][])
  })
})

function expectNear(found: number[][], expected: number[][]): void {
  expect(found.length).toBe(expected.length)
  found.forEach((row, i) =>
    row.forEach((x, j) => expect(Math.abs(x - expected[i]![j]!)).toBeLessThan(1e-12)),
  )
}
