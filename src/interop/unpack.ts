/** The bytes of a member of a zip archive, unpacked by the platform and held to what it declares. */
import type { Refuse } from './format-error.ts'
import type { Member } from './zip.ts'

/** Looks at the first bytes, or all if there are fewer, before the rest is unpacked. */
interface Glance {
  readonly first: number
  readonly check: (head: Uint8Array) => void
}

/**
 * What the member holds. Refuses one that has another size or checksum than it declares; no more than
 * its size is ever unpacked.
 */
export async function unpacked(
  member: Member,
  { first, check }: Glance,
  refuse: Refuse,
): Promise<Uint8Array> {
  const { size, deflated, packed } = member
  if (!deflated) {
    check(packed.subarray(0, first))
    if (checksumOf(packed) !== member.checksum) refuse('the numbers do not fit their checksum')
    return packed
  }
  const enough = Math.min(size, first)
  let bytes = new Uint8Array(enough)
  let at = 0
  for await (const piece of inflated(member, refuse)) {
    if (at + piece.length > size) refuse(`there are more than the ${size} bytes that it declares`)
    if (at < enough && at + piece.length >= enough) {
      bytes.set(piece.subarray(0, enough - at), at)
      check(bytes)
      const head = bytes
      bytes = new Uint8Array(size)
      bytes.set(head)
    }
    bytes.set(piece, at)
    at += piece.length
  }
  if (at < size) refuse(`there are ${at} bytes, expected the ${size} that it declares`)
  return bytes
}

/** So little that what comes of one piece is nothing to speak of. */
const pieceLength = 2 ** 14

/**
 * As a gzip file, which is the same between another header and the checksum: every platform with
 * DecompressionStream knows gzip, and compares the checksum; not every one knows deflate alone.
 */
function* gzipOf({ packed, checksum, size }: Member): Generator<Uint8Array<ArrayBuffer>> {
  yield Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)
  for (let at = 0; at < packed.length; at += pieceLength) yield packed.slice(at, at + pieceLength)
  const end = new DataView(new ArrayBuffer(8))
  end.setUint32(0, checksum, true)
  end.setUint32(4, size, true)
  yield new Uint8Array(end.buffer)
}

async function* inflated(member: Member, refuse: Refuse): AsyncGenerator<Uint8Array> {
  const stream = new DecompressionStream('gzip')
  const writer = stream.writable.getWriter()
  const feed = async (): Promise<void> => {
    for (const piece of gzipOf(member)) await writer.write(piece)
    await writer.close()
  }
  // What goes wrong at this end is told at the other.
  feed().catch(() => undefined)
  const reader = stream.readable.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => refuse('it cannot be unpacked'))
      if (done) return
      yield value as Uint8Array
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0)
  return c
})

/** CRC-32 as zip has it: the polynomial 0xEDB88320, begun and ended with all bits turned. */
function checksumOf(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) c = table[(c ^ byte) & 0xff]! ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}
