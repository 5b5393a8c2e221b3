/** The header of numpy's .npy file: what its numbers are, and how they are arranged. */
import { viewOf } from './bytes.ts'
import { Cursor, longestName } from './cursor.ts'
import { type Element, elements } from './element.ts'
import { quoted, type Refuse } from './format-error.ts'
import { countOf, shown } from './tensor.ts'

interface NpyHeader {
  readonly element: Element
  readonly littleEndian: boolean
  /** Whether the first index runs fastest, as in Fortran. */
  readonly columnMajor: boolean
  readonly shape: readonly number[]
  /** Where the numbers begin. */
  readonly start: number
}

/** Longest header, in bytes: numpy does not read a longer one either. */
export const longestHeader = 10_000

const magic = '\x93NUMPY'

const refusals: Record<string, string> = {
  O: 'Python objects are pickled, and a pickle can run code',
  c: 'A Value is a real number',
  V: 'A record has fields',
}

/**
 * The header at the beginning of `bytes`, in a file of `size` bytes which its numbers fill exactly.
 * Refuses everything else.
 */
export function npyHeaderOf(bytes: Uint8Array, size: number, refuse: Refuse): NpyHeader {
  const [text, start] = textOf(bytes, size, refuse)
  const { descr, columnMajor, shape } = dictionaryOf(text, refuse)
  const { element, littleEndian } = kindOf(descr, refuse)
  const count = countOf(shape)
  if (count === undefined || start + count * element.bytes !== size)
    refuse(
      `${size - start} bytes follow its header, expected ${element.bytes} for each number of the ` +
        `shape ${shown(shape)}`,
    )
  return { element, littleEndian, columnMajor, shape, start }
}

function textOf(bytes: Uint8Array, size: number, refuse: Refuse): [Uint8Array, number] {
  const begin = String.fromCharCode(...bytes.subarray(0, magic.length))
  if (begin !== magic || bytes.length < 12)
    refuse(
      `it begins with ${quoted(begin)}, expected ${quoted(magic)} and a header`,
      begin.startsWith('PK') ? 'It is a zip archive: loadNpz reads those of numpy' : undefined,
    )
  const [major, minor] = bytes.subarray(6)
  if (![1, 2, 3].includes(major!) || minor !== 0)
    refuse(`its version is ${major}.${minor}, expected 1.0, 2.0 or 3.0`)
  const view = viewOf(bytes)
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const at = major === 1 ? 10 : 12
  const most = Math.min(longestHeader, size - at, bytes.length - at)
  if (length > most) refuse(`its header claims ${length} bytes, expected at most ${most}`)
  return [bytes.subarray(at, at + length), at + length]
}

interface Dictionary {
  readonly descr: string
  readonly columnMajor: boolean
  readonly shape: number[]
}

/** Python's spelling of a dictionary: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } */
function dictionaryOf(text: Uint8Array, refuse: Refuse): Dictionary {
  const cursor = new Cursor(text, ' \t\r\n', refuse)
  let descr: string | undefined
  let columnMajor: boolean | undefined
  let shape: number[] | undefined
  cursor.expect('{')
  while (!cursor.takes('}')) {
    const key = cursor.string(longestName, "'", '"')
    cursor.expect(':')
    if (key === 'descr' && descr === undefined) descr = descrAt(cursor)
    else if (key === 'fortran_order' && columnMajor === undefined) columnMajor = truthAt(cursor)
    else if (key === 'shape' && shape === undefined) shape = cursor.wholes('()')
    else cursor.unexpected(`descr, fortran_order and shape, once each, not ${quoted(key)}`)
    if (!cursor.takes(',')) {
      cursor.expect('}')
      break
    }
  }
  cursor.end()
  if (descr === undefined || columnMajor === undefined || shape === undefined)
    return cursor.unexpected('descr, fortran_order and shape before it')
  return { descr, columnMajor, shape }
}

/** A list of fields is told by the letter of records. */
function descrAt(cursor: Cursor): string {
  const { at } = cursor
  if (!cursor.takes('[')) return cursor.string(longestName, "'", '"')
  cursor.at = at
  return cursor.unexpected('numbers alone', `${refusals['V']}: save each field by itself`)
}

function truthAt(cursor: Cursor): boolean {
  const truth = cursor.expect('T', 'F') === 'T'
  for (const letter of truth ? 'rue' : 'alse') cursor.expect(letter)
  return truth
}

function kindOf(
  descr: string,
  refuse: Refuse,
): { readonly element: Element; readonly littleEndian: boolean } {
  const order = descr.slice(0, 1)
  const kind = descr.slice(1)
  const known = kind !== 'bf2' && Object.hasOwn(elements, kind)
  const element = known ? elements[kind as keyof typeof elements] : undefined
  if (element === undefined || !(element.bytes === 1 ? '|<>' : '<>').includes(order))
    return refuse(
      `its dtype is ${quoted(descr)}, expected f2, f4, f8, i1 … i8, u1 … u8 or b1, as '<f8'`,
      `${refusals[kind.slice(0, 1)] ?? 'Only numbers can be weights'}: in Python, save ` +
        "array.astype('float64')",
    )
  return { element, littleEndian: order !== '>' }
}
