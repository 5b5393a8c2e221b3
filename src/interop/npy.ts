/** Arrays of numpy: .npy, one to a file, and .npz, several by name. */
import { bytesOf, viewOf } from './bytes.ts'
import { numbersIn } from './element.ts'
import { quoted, type Refuse, refusing } from './format-error.ts'
import { longestHeader, npyHeaderOf } from './npy-header.ts'
import type { StateDict, Tensor } from './tensor.ts'
import { unpacked } from './unpack.ts'
import { membersOf } from './zip.ts'

/**
 * The array of a .npy file (versions 1 to 3; f2, f4, f8, i1 … i8, u1 … u8, b1; either order of bytes),
 * in row-major order, also where the file has Fortran's.
 *
 * Throws a FormatError of one line if the file is damaged, if it holds anything but real numbers (a
 * pickle of Python objects is never opened), or an integer outside ±2⁵³; a TypeError if `bytes` are none.
 *
 * Source: numpy's description of the format, `numpy.lib.format`.
 */
export function loadNpy(bytes: Uint8Array | ArrayBuffer): Tensor {
  return arrayOf(bytesOf(bytes, 'loadNpy'), 'array', refusing('.npy'))
}

/**
 * The arrays of a .npz file by name, compressed or not: what `np.savez` writes of a state dictionary,
 * `loadStateDict` takes. Every member is unpacked to the size that it declares and no further.
 *
 * Throws a FormatError as `loadNpy`, and if the archive has over 4 GB (zip64), is encrypted, holds
 * anything but arrays, or would unpack to more than 1 GiB; a TypeError if `bytes` are none.
 *
 * Source: PKWARE's APPNOTE.TXT; `numpy.savez`.
 */
export async function loadNpz(bytes: Uint8Array | ArrayBuffer): Promise<StateDict> {
  const refuse = refusing('.npz')
  const tensors = new Map<string, Tensor>()
  for (const member of membersOf(bytesOf(bytes, 'loadNpz'), refuse)) {
    const name = member.name.replace(/\.npy$/, '')
    const inside: Refuse = (problem, remedy) =>
      refuse(`in ${quoted(member.name)}, ${problem}`, remedy)
    if (name === member.name)
      inside(
        'there is no array, whose name would end with .npy',
        'Save weights with np.savez, or as safetensors',
      )
    // Its first bytes say whether it is worth going on.
    const check = (head: Uint8Array): void => void npyHeaderOf(head, member.size, inside)
    const whole = await unpacked(member, { first: longestHeader + 12, check }, inside)
    tensors.set(name, arrayOf(whole, name, inside))
  }
  return Object.fromEntries(tensors)
}

function arrayOf(bytes: Uint8Array, name: string, refuse: Refuse): Tensor {
  const header = npyHeaderOf(bytes, bytes.length, refuse)
  const { element, littleEndian, columnMajor, shape, start } = header
  const stretch = { name, begin: start, end: bytes.length }
  const data = numbersIn(viewOf(bytes), stretch, element, littleEndian, refuse)
  return { shape, data: columnMajor ? rowMajor(data, shape) : data }
}

/** The same numbers with the last index running fastest instead of the first. */
function rowMajor(data: readonly number[], shape: readonly number[]): number[] {
  const strides = shape.map((_, k) => shape.slice(0, k).reduce((product, n) => product * n, 1))
  const index = shape.map(() => 0)
  let at = 0
  return data.map(() => {
    const x = data[at]!
    for (let k = shape.length - 1; k >= 0; k--) {
      at += strides[k]!
      if (++index[k]! < shape[k]!) break
      at -= strides[k]! * shape[k]!
      index[k] = 0
    }
    return x
  })
}
