/** Memory as a caller gives it. */

/** The bytes of a file. Throws a TypeError for anything else. */
export function bytesOf(given: Uint8Array | ArrayBuffer, what: string): Uint8Array {
  if (given instanceof Uint8Array) return given
  if (given instanceof ArrayBuffer) return new Uint8Array(given)
  throw new TypeError(
    `${what} takes the bytes of a file, a Uint8Array or an ArrayBuffer, got ${typeof given}: ` +
      'read the file first, with readFile or fetch.',
  )
}

/** The same bytes, to read numbers from. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
