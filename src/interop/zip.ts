/** Zip archives as numpy writes them: what is in one, and its bytes. */
import { viewOf } from './bytes.ts'
import { quoted, type Refuse } from './format-error.ts'

/** A file in the archive; its lengths have been checked against the archive's. */
export interface Member {
  readonly name: string
  readonly deflated: boolean
  readonly checksum: number
  /** As it lies in the archive. */
  readonly packed: Uint8Array
  /** Bytes that it has when unpacked. */
  readonly size: number
}

/** Most bytes that an archive may unpack to: as numbers of Values they would fill any memory. */
const most = 2 ** 30

/** No sequence of bits makes more bytes of one: 258 of two bits. */
const mostOfOne = 1032

const utf8 = new TextDecoder('utf-8', { fatal: true })

const endLength = 22
const entryLength = 46
const localLength = 30

interface Directory {
  readonly count: number
  readonly start: number
  readonly end: number
}

/** The members of an archive, in the order of its directory. Refuses what is not whole or not simple. */
export function membersOf(bytes: Uint8Array, refuse: Refuse): Member[] {
  const view = viewOf(bytes)
  const directory = directoryOf(view, refuse)
  const found: Placed[] = []
  let at = directory.start
  for (let i = 0; i < directory.count; i++) {
    if (at + entryLength > directory.end || view.getUint32(at, true) !== 0x02014b50)
      refuse(`entry ${i} of its directory is missing, expected ${directory.count} entries`)
    const entry = entryAt(bytes, view, at, directory, refuse)
    found.push({ ...entry, packed: packedOf(bytes, view, entry, directory, refuse) })
    at += entryLength + [28, 30, 32].reduce((sum, k) => sum + view.getUint16(at + k, true), 0)
  }
  if (at !== directory.end)
    refuse(`its directory ends at byte ${directory.end}, expected ${at} after its last entry`)
  checkTogether(found, refuse)
  return found
}

/** The record at the very end says where the directory is. */
function directoryOf(view: DataView, refuse: Refuse): Directory {
  const size = view.byteLength
  const earliest = Math.max(0, size - endLength - 0xffff)
  for (let at = size - endLength; at >= earliest; at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue
    if (at + endLength + view.getUint16(at + 20, true) !== size) continue
    const count = view.getUint16(at + 10, true)
    const length = view.getUint32(at + 12, true)
    const start = view.getUint32(at + 16, true)
    if (count === 0xffff || length === 0xffffffff || start === 0xffffffff) refuseLarge(refuse)
    const disks = view.getUint32(at + 4, true)
    if (disks !== 0 || view.getUint16(at + 8, true) !== count)
      refuse('it is one part of an archive, expected a whole one')
    if (start + length !== at)
      refuse(`its directory is said to end at byte ${start + length}, expected ${at}`)
    return { count, start, end: at }
  }
  return refuse('it does not end as a zip archive does, with the place of a directory')
}

function refuseLarge(refuse: Refuse): never {
  return refuse(
    'it is in the zip64 format, expected an archive of less than 4 GB and 65,535 arrays',
    'Save fewer arrays to a file',
  )
}

/** What the directory says of a member: its bytes lie behind a header of its own. */
interface Entry extends Omit<Member, 'packed'> {
  readonly header: number
  readonly length: number
}

type Placed = Member & Entry

function entryAt(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  { end }: Directory,
  refuse: Refuse,
): Entry {
  const nameLength = view.getUint16(at + 28, true)
  if (at + entryLength + nameLength > end) refuse('a name goes beyond the end of its directory')
  const name = textOf(bytes, at + entryLength, nameLength, refuse)
  const method = view.getUint16(at + 10, true)
  const checksum = view.getUint32(at + 16, true)
  const length = view.getUint32(at + 20, true)
  const size = view.getUint32(at + 24, true)
  const header = view.getUint32(at + 42, true)
  if ([length, size, header].includes(0xffffffff)) refuseLarge(refuse)
  if ((view.getUint16(at + 8, true) & 1) !== 0)
    refuse(`${quoted(name)} is encrypted`, 'Save it without a password')
  if (method !== 0 && method !== 8)
    refuse(
      `${quoted(name)} is compressed by method ${method}, expected 0 (not) or 8 (deflate)`,
      'Save it with np.savez or np.savez_compressed',
    )
  if (method === 0 ? size !== length : size > length * mostOfOne)
    refuse(`${quoted(name)} is said to unpack ${length} bytes to ${size}, which is impossible`)
  return { name, deflated: method === 8, checksum, size, header, length }
}

/** The bytes of a member, where its own header says the same of it as the directory. */
function packedOf(
  bytes: Uint8Array,
  view: DataView,
  { name, header, length }: Entry,
  { start: limit }: Directory,
  refuse: Refuse,
): Uint8Array {
  const begin = header + localLength
  if (begin <= limit && view.getUint32(header, true) === 0x04034b50) {
    const nameLength = view.getUint16(header + 26, true)
    const first = begin + nameLength + view.getUint16(header + 28, true)
    if (first + length <= limit && textOf(bytes, begin, nameLength, refuse) === name)
      return bytes.subarray(first, first + length)
  }
  return refuse(`${quoted(name)} is not at byte ${header}, where its directory says`)
}

function textOf(bytes: Uint8Array, at: number, length: number, refuse: Refuse): string {
  try {
    // A copy, since decoders refuse memory that is shared with another thread.
    return utf8.decode(bytes.slice(at, at + length))
  } catch {
    return refuse(`the name at byte ${at} is not UTF-8`, 'Give the arrays other names')
  }
}

/** Members that lie in each other, or of one name, are made to deceive. */
function checkTogether(members: readonly Placed[], refuse: Refuse): void {
  const names = new Set<string>()
  let place = 0
  for (const { name, header, packed } of [...members].sort((a, b) => a.header - b.header)) {
    if (names.has(name)) refuse(`${quoted(name)} is in it twice`, 'Give the arrays different names')
    names.add(name)
    if (header < place)
      refuse(`${quoted(name)} begins at byte ${header}, expected ${place} or later`)
    place = header + localLength + packed.length
  }
  const size = members.reduce((sum, member) => sum + member.size, 0)
  if (size > most)
    refuse(`it unpacks to ${size} bytes, expected at most ${most}`, 'Save fewer arrays to a file')
}
