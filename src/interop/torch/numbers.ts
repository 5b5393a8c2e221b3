/** Numbers in a Python program: written out where they are few, else as their exact bits. */
import { base64 } from '../../base64.ts'
import { numberText } from './spelling.ts'

/** So many are written out. */
const few = 16

const kinds = [
  { name: 'uint8', of: (x: readonly number[]) => Uint8Array.from(x), holds: isByte },
  { name: 'int32', of: (x: readonly number[]) => Int32Array.from(x), holds: isInt },
  { name: 'float32', of: (x: readonly number[]) => Float32Array.from(x), holds: isSingle },
  { name: 'float64', of: (x: readonly number[]) => Float64Array.from(x), holds: () => true },
] as const

function isByte(x: number): boolean {
  return Number.isInteger(x) && x >= 0 && x < 256 && !Object.is(x, -0)
}
function isInt(x: number): boolean {
  return (x | 0) === x && !Object.is(x, -0)
}
function isSingle(x: number): boolean {
  return Object.is(Math.fround(x), x)
}

/** Reads what `tensorText` writes. */
export const numbersFunction: readonly string[] = [
  'def numbers(text, dtype, *shape, to=None):',
  '    """Numbers from their bytes in base 64, as floats of the usual size."""',
  '    flat = torch.frombuffer(bytearray(base64.b64decode(text)), dtype=dtype)',
  '    return flat.to(to or torch.get_default_dtype()).reshape(shape)',
]

/** A tensor of these numbers; `whole` ones are to be counted with. */
export function tensorText(x: readonly number[], shape: readonly number[], whole = false): string {
  if (x.length <= few) {
    const items = whole ? x.map(String) : x.map((each) => numberText(each).text)
    return `torch.tensor(${nested(items, shape)})`
  }
  const { name, of } = kinds.find(({ holds }) => x.every(holds))!
  const bytes = new Uint8Array(of(x).buffer)
  const size = shape.length === 0 ? '' : `, ${shape.join(', ')}`
  // The bytes of every machine that runs this are little-endian, as Python's here.
  return `numbers('${base64(bytes)}', torch.${name}${size}${whole ? ', to=torch.long' : ''})`
}

function nested(items: readonly string[], shape: readonly number[]): string {
  if (shape.length === 0) return items[0]!
  const [extent, ...rest] = shape as [number, ...number[]]
  const size = items.length / extent
  const parts = Array.from({ length: extent }, (_, i) =>
    nested(items.slice(i * size, (i + 1) * size), rest),
  )
  return `[${parts.join(', ')}]`
}
