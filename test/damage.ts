/** Safetensors files that are damaged in every way that files are, and some that only malice does. */
import type { Random } from 'chainrule'

export function joined(header: string | Uint8Array, data: Uint8Array): Uint8Array {
  const text = typeof header === 'string' ? Buffer.from(header) : header
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return new Uint8Array(Buffer.concat([length, text, data]))
}

interface Parts {
  readonly file: Uint8Array
  readonly header: string
  readonly data: Uint8Array
}

function partsOf(file: Uint8Array): Parts {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
  const header = Buffer.from(file.subarray(8, 8 + length)).toString()
  return { file, header, data: file.slice(8 + length) }
}

type Damage = (parts: Parts, random: Random) => Uint8Array

/** Replaces one of the places that fit, by lot. */
function replaced(
  { header, data }: Parts,
  random: Random,
  pattern: RegExp,
  other: (found: string) => string,
): Uint8Array {
  const places = [...header.matchAll(pattern)]
  if (places.length === 0) return joined(`${header}!`, data)
  const { 0: found, index } = random.choice(places)
  const rest = header.slice(index + found.length)
  return joined(header.slice(0, index) + other(found) + rest, data)
}

function flipped(file: Uint8Array, bits: number, below: number, random: Random): Uint8Array {
  const copy = file.slice()
  for (let k = 0; k < bits; k++) {
    const at = random.randint(0, below - 1)
    copy[at]! ^= 1 << random.randint(0, 7)
  }
  return copy
}

const huge = ['4294967296', '9007199254740991', '9007199254740993', '18446744073709551615', '1e308']
const strange = ['-1', '1.5', '0x10', '01', '""', 'null', '[]', '1e2', 'NaN', '٣', '']
const dtypes = [
  'F64',
  'F32',
  'F16',
  'BF16',
  'I64',
  'U8',
  'BOOL',
  'F8_E4M3',
  'C64',
  'f32',
  '__proto__',
]

const number = /(?<=[[,])\d+(?=[\],])/g

export const damages: Readonly<Record<string, Damage>> = {
  'cut short': ({ file }, random) => file.slice(0, random.randint(0, file.length - 1)),
  'cut in front': ({ file }, random) => file.slice(random.randint(1, file.length)),
  'cut in the middle': ({ file }, random) => {
    const [a, b] = [random.randint(0, file.length), random.randint(0, file.length)]
    return new Uint8Array([...file.slice(0, Math.min(a, b)), ...file.slice(Math.max(a, b))])
  },
  'something after': ({ file }, random) =>
    new Uint8Array([...file, ...new Uint8Array(random.randint(1, 64))]),
  'flipped bits': ({ file }, random) => flipped(file, random.randint(1, 8), file.length, random),
  'flipped bits in the header': ({ file, header }, random) =>
    flipped(file, random.randint(1, 3), 8 + header.length, random),
  'a header of another length': ({ file, header }, random) => {
    const copy = file.slice()
    const length = random.choice([
      BigInt(Math.max(0, header.length + random.randint(-16, 16))),
      BigInt(file.length - 8),
      BigInt(file.length + random.randint(-16, 16)),
      BigInt(random.getrandbits(32)),
      BigInt(random.getrandbits(32)) << 32n,
      2n ** 63n,
      2n ** 64n - 1n,
      100_000_001n,
    ])
    new DataView(copy.buffer).setBigUint64(0, length, true)
    return copy
  },
  'another number': (parts, random) =>
    replaced(parts, random, number, (found) => String(Number(found) + random.randint(-9, 9))),
  'a huge number': (parts, random) => replaced(parts, random, number, () => random.choice(huge)),
  'no number': (parts, random) => replaced(parts, random, number, () => random.choice(strange)),
  'other offsets': (parts, random) =>
    replaced(parts, random, /(?<="data_offsets":)\[\d+,\d+\]/g, () => {
      const [a, b] = [random.randint(0, parts.data.length), random.randint(0, parts.data.length)]
      return `[${random.choice([a, b, 0])},${random.choice([a, b])}]`
    }),
  'the offsets of another': (parts, random) => {
    const all = parts.header.match(/(?<="data_offsets":)\[\d+,\d+\]/g) ?? ['[0,0]']
    return replaced(parts, random, /(?<="data_offsets":)\[\d+,\d+\]/g, () => random.choice(all))
  },
  'another dtype': (parts, random) =>
    replaced(parts, random, /(?<="dtype":")\w+/g, () => random.choice(dtypes)),
  'another shape': (parts, random) =>
    replaced(parts, random, /(?<="shape":)\[[\d,]*\]/g, (found) =>
      random.choice([
        found.replace('[', '[1,'),
        found.replace(/\d+/, '0'),
        `[${Array.from({ length: 40 }, () => 2 ** 20).join(',')}]`,
        `[${Array.from({ length: 80 }, () => 1).join(',')}]`,
        '[[1]]',
      ]),
    ),
  'letters lost': (parts, random) =>
    replaced(parts, random, /[\s\S]{1,9}/g, (found) => found.slice(random.randint(1, 9))),
  'letters twice': (parts, random) =>
    replaced(parts, random, /[\s\S]{1,60}/g, (found) => found + found),
  'other letters': (parts, random) =>
    replaced(parts, random, /[\s\S]/g, () =>
      random.choice(['{', '}', '[', ']', '"', ',', ':', ' ', '\0', '\uFFFD', '☃', '\\', '\n']),
    ),
  'another name': (parts, random) =>
    replaced(parts, random, /(?<=[{,]")[^"{}]+(?=":\{)/g, () =>
      random.choice(['__proto__', '__metadata__', 'constructor', '', '\\ud800', 'x'.repeat(600)]),
    ),
}

const nothing = new Uint8Array(0)

const tensorOf = (sizes: string): string =>
  `{"dtype":"F32","shape":[${sizes}],"data_offsets":[0,0]}`

/** A header of the same piece again and again. */
function filled(head: string, piece: string): (bytes: number) => Uint8Array {
  return (bytes) => joined(head + piece.repeat(Math.floor(bytes / piece.length)), nothing)
}

/** A header of many members, ended as it should be. */
function many(head: string, member: (i: number) => string): (bytes: number) => Uint8Array {
  const end = head === '{' ? '}' : '}}'
  return (bytes) => {
    const count = Math.floor(bytes / member(10_000).length)
    return joined(
      head + Array.from({ length: count }, (_, i) => member(i)).join(',') + end,
      nothing,
    )
  }
}

/** `count` damaged files, of each kind as many, from these sound ones. */
export function* damagedFiles(
  sound: readonly Uint8Array[],
  count: number,
  random: Random,
): Generator<{ kind: string; file: Uint8Array }> {
  const kinds = Object.entries(damages)
  const parts = sound.map(partsOf)
  for (let i = 0; i < count; i++) {
    const [kind, damage] = kinds[i % kinds.length]!
    const of = parts[Math.floor(i / kinds.length) % parts.length]!
    yield { kind, file: damage(of, random) }
  }
}

/** Files of about so many bytes whose header would fill a memory if it were read without care. */
export const greedyFiles: Readonly<Record<string, (bytes: number) => Uint8Array>> = {
  'lists in lists': filled('{"a":', '['),
  'objects in objects': filled('', '{"a":'),
  'empty lists': filled('{"a":{"shape":[', '[],'),
  'sizes of 1': filled('{"a":{"shape":[', '1,'),
  'a long number': filled('{"a":{"shape":[', '1'),
  'a long name': filled('{"', 'x'),
  'a long name of escapes': filled('{"', '\\u2603'),
  'a long name that is not UTF-8': (bytes) =>
    joined(new Uint8Array(bytes).fill(0xff).with(0, 0x7b).with(1, 0x22), nothing),
  blanks: filled('{', ' '),
  'texts of metadata': filled('{"__metadata__":{"a":"', `${'x'.repeat(2 ** 20 - 20)}☃","a":"`),
  'entries of metadata': many('{"__metadata__":{', (i) => `"${i}":""`),
  'long texts of metadata': many('{"__metadata__":{', (i) => `"${i}":"☃${'x'.repeat(2 ** 19)}"`),
  'tensors of nothing': many('{', (i) => `"${i}":${tensorOf('0')}`),
  'tensors of many sizes': many('{', (i) => `"${i}":${tensorOf(`0${',0'.repeat(63)}`)}`),
  'long names of nothing': many('{', (i) => `"${i}${'x'.repeat(480)}☃":${tensorOf('0')}`),
  'the same tensor': many('{', () => `"a":${tensorOf('0')}`),
}
