/** Zip archives, written as told, whether that is true or not. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface Packing {
  readonly name: string
  readonly content: Uint8Array
  readonly deflated?: boolean
  /** The content as it lies in the archive, if that is known already. */
  readonly packed?: Uint8Array
  /** What the headers say instead of the truth. */
  readonly size?: number
  readonly packedSize?: number
  readonly checksum?: number
  readonly method?: number
  readonly flags?: number
  /** Its name in its own header. */
  readonly localName?: string
  /** Where the directory says that it is. */
  readonly at?: number
}

const little = (...numbers: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer =>
  Buffer.concat(
    numbers.map(([bytes, value]) => {
      const buffer = Buffer.alloc(bytes)
      buffer.writeUIntLE(value, 0, bytes)
      return buffer
    }),
  )

export function zipOf(
  members: readonly Packing[],
  end: { count?: number; start?: number; disk?: number; comment?: string } = {},
): Uint8Array {
  const locals: Uint8Array[] = []
  const entries: Buffer[] = []
  let place = 0
  for (const { name, content, deflated = false, ...told } of members) {
    const packed = told.packed ?? (deflated ? deflateRawSync(content) : content)
    const { size = content.length, packedSize = packed.length, flags = 0 } = told
    const { checksum = crc32(content), method = deflated ? 8 : 0, at = place } = told
    const { localName = name } = told
    const fields = (of: string): Buffer =>
      little(
        ...([
          [2, 20],
          [2, flags],
          [2, method],
          [2, 0],
          [2, 0],
        ] as const),
        ...([
          [4, checksum],
          [4, packedSize],
          [4, size],
          [2, Buffer.byteLength(of)],
          [2, 0],
        ] as const),
      )
    const local = [little([4, 0x04034b50]), fields(localName), Buffer.from(localName), packed]
    locals.push(...local)
    entries.push(little([4, 0x02014b50], [2, 20]), fields(name))
    entries.push(little([2, 0], [2, 0], [2, 0], [4, 0], [4, at]), Buffer.from(name))
    place += Buffer.concat(local).length
  }
  const directory = Buffer.concat(entries)
  const { count = members.length, start = place, disk = 0, comment = '' } = end
  return new Uint8Array(
    Buffer.concat([
      ...locals,
      directory,
      little([4, 0x06054b50], [2, disk], [2, disk], [2, count], [2, count]),
      little([4, directory.length], [4, start], [2, comment.length]),
      Buffer.from(comment),
    ]),
  )
}
