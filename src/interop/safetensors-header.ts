/** The header of a safetensors file: which tensors it holds, and where. */
import { Cursor, longestName, longestText } from './cursor.ts'
import { type Element, elements } from './element.ts'
import { quoted, type Refuse } from './format-error.ts'
import { countOf, shown } from './tensor.ts'

/** One tensor as the header tells of it; its bytes are from `begin` to before `end` of the data. */
interface Entry {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

interface Header {
  /** In the order of their data. */
  readonly entries: readonly Entry[]
  readonly metadata: Readonly<Record<string, string>>
  /** All that follows the header. */
  readonly data: Uint8Array
}

/** Largest header, in bytes, as the reference implementation has it. */
export const longestHeader = 100_000_000

/**
 * Most tensors, and most entries of the metadata: the objects made of them weigh more than their
 * text, so that without a limit a small file could fill a memory.
 */
export const mostEntries = 2 ** 14

/** What `dtype` says, in the order of the reference implementation: by alignment. */
export const dtypes = {
  BOOL: elements.b1,
  U8: elements.u1,
  I8: elements.i1,
  I16: elements.i2,
  U16: elements.u2,
  F16: elements.f2,
  BF16: elements.bf2,
  I32: elements.i4,
  U32: elements.u4,
  F32: elements.f4,
  F64: elements.f8,
  I64: elements.i8,
  U64: elements.u8,
} as const satisfies Record<string, Element>

type Dtype = keyof typeof dtypes

/**
 * The header of `bytes`, in which every length has been checked: the tensors lie one after the other,
 * without a hole, from the beginning of the data to its end. Refuses everything else.
 */
export function headerOf(bytes: Uint8Array, refuse: Refuse): Header {
  if (bytes.length < 8)
    refuse(`it has ${bytes.length} bytes, expected 8 with the length of its header`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8)
  const length = view.getBigUint64(0, true)
  const most = Math.min(longestHeader, bytes.length - 8)
  if (length > most)
    refuse(
      `its header claims ${length} bytes, expected at most ${most} in a file of ${bytes.length}`,
    )
  const end = 8 + Number(length)
  const { entries, metadata } = textOf(bytes.subarray(8, end), refuse)
  const data = bytes.subarray(end)
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end)
  checkPlaces(entries, data.length, refuse)
  return { entries, metadata, data }
}

function textOf(
  text: Uint8Array,
  refuse: Refuse,
): { entries: Entry[]; metadata: Record<string, string> } {
  // The first byte is a brace: blanks may stand everywhere but there.
  if (text[0] !== 0x7b) new Cursor(text, '', refuse).expect('{')
  const cursor = new Cursor(text, ' \t\n\r', refuse)
  const entries: Entry[] = []
  let metadata: Record<string, string> = {}
  eachMember(cursor, (name) => {
    if (name === '__metadata__') metadata = metadataAt(cursor)
    else if (entries.length < mostEntries) entries.push(entryAt(cursor, name))
    else cursor.unexpected(`at most ${mostEntries} tensors`)
  })
  cursor.end()
  return { entries, metadata }
}

/** Goes through an object of JSON whose names differ. */
function eachMember(cursor: Cursor, read: (name: string) => void): void {
  const names = new Set<string>()
  cursor.expect('{')
  while (!cursor.takes('}')) {
    if (names.size > 0) cursor.expect(',')
    const name = cursor.string(longestName, '"')
    if (names.has(name)) cursor.unexpected(`${quoted(name)} once, not twice`)
    names.add(name)
    cursor.expect(':')
    read(name)
  }
}

function metadataAt(cursor: Cursor): Record<string, string> {
  const entries: [string, string][] = []
  eachMember(cursor, (name) => {
    if (entries.length === mostEntries) cursor.unexpected(`at most ${mostEntries} texts`)
    entries.push([name, cursor.string(longestText, '"')])
  })
  return Object.fromEntries(entries)
}

function entryAt(cursor: Cursor, name: string): Entry {
  let dtype: Dtype | undefined
  let shape: number[] | undefined
  let offsets: number[] | undefined
  cursor.expect('{')
  do {
    const key = cursor.string(longestName, '"')
    cursor.expect(':')
    if (key === 'dtype' && dtype === undefined) dtype = dtypeAt(cursor, name)
    else if (key === 'shape' && shape === undefined) shape = cursor.wholes('[]')
    else if (key === 'data_offsets' && offsets === undefined) offsets = cursor.wholes('[]', 2)
    else cursor.unexpected(`dtype, shape and data_offsets once each, not ${quoted(key)}`)
  } while (cursor.takes(','))
  cursor.expect('}')
  const [begin, end] = offsets ?? []
  if (dtype !== undefined && shape !== undefined && begin !== undefined && end !== undefined)
    return { name, dtype, shape, begin, end }
  return cursor.unexpected(`dtype, shape and two data_offsets of ${quoted(name)} before it`)
}

function dtypeAt(cursor: Cursor, name: string): Dtype {
  const { at } = cursor
  const dtype = cursor.string(longestName, '"')
  if (Object.hasOwn(dtypes, dtype)) return dtype as Dtype
  cursor.at = at
  return cursor.unexpected(
    `a dtype of ${quoted(name)} among ${Object.keys(dtypes).join(', ')}`,
    'If the file is whole, save the tensor as float32: tensor.to(torch.float32)',
  )
}

function checkPlaces(entries: readonly Entry[], bytes: number, refuse: Refuse): void {
  let place = 0
  for (const { name, dtype, shape, begin, end } of entries) {
    if (begin !== place || end < begin || end > bytes)
      refuse(
        `${quoted(name)} has data_offsets [${begin}, ${end}], expected it to begin at ${place} and ` +
          `to end at ${bytes} or before`,
      )
    const count = countOf(shape)
    if (count === undefined || count * dtypes[dtype].bytes !== end - begin)
      refuse(
        `${quoted(name)} has ${end - begin} bytes, expected ` +
          `${dtypes[dtype].bytes} for each number of ${dtype} in the shape ${shown(shape)}`,
      )
    place = end
  }
  if (place !== bytes) refuse(`${bytes} bytes follow its header, expected ${place}, its tensors`)
}
