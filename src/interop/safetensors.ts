/** Safetensors, the file of weights that PyTorch's world exchanges. */
import { bytesOf, viewOf } from './bytes.ts'
import { longestName, longestText } from './cursor.ts'
import { numbersIn } from './element.ts'
import { quoted, refusing } from './format-error.ts'
import { dtypes, headerOf, longestHeader, mostEntries } from './safetensors-header.ts'
import { countOf, mostDimensions, shown, type StateDict, type Tensor } from './tensor.ts'

const format = 'safetensors'

/** Whatever gives its weights by name: a Module, for one. */
export interface Stateful {
  stateDict(): StateDict
}

export interface SafetensorsOptions {
  /** 'f64', the default, keeps every bit; 'f32' halves the file and rounds to PyTorch's usual float. */
  readonly precision?: 'f64' | 'f32' | undefined
  /** Texts to keep with the weights, by name. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
}

/**
 * The tensors of a safetensors file, for `loadStateDict`: numbers of 8 bytes each, whatever the file
 * holds (F64, F32, F16, BF16, I8 … I64, U8 … U64, BOOL), in the order of their data.
 *
 * Every length is checked before anything of it is made. Throws a FormatError of one line if the file
 * is damaged, has another element type, an integer outside ±2⁵³, more than 16,384 tensors, more than 64
 * dimensions or a name of more than 512 bytes; a TypeError if `bytes` are none.
 *
 * Source: the format's description, https://github.com/huggingface/safetensors.
 */
export function loadSafetensors(bytes: Uint8Array | ArrayBuffer): StateDict {
  const refuse = refusing(format)
  const { entries, data } = headerOf(bytesOf(bytes, 'loadSafetensors'), refuse)
  const view = viewOf(data)
  return Object.fromEntries(
    entries.map((entry): [string, Tensor] => [
      entry.name,
      { shape: entry.shape, data: numbersIn(view, entry, dtypes[entry.dtype], true, refuse) },
    ]),
  )
}

/** The texts that a safetensors file keeps beside its tensors, by name. Throws as `loadSafetensors`. */
export function safetensorsMetadata(bytes: Uint8Array | ArrayBuffer): Record<string, string> {
  return { ...headerOf(bytesOf(bytes, 'safetensorsMetadata'), refusing(format)).metadata }
}

/**
 * The weights of a module, or a state dictionary, as the bytes of a safetensors file: the same bytes
 * that the reference implementation writes for them, tensors in the order of their names. (So are
 * several texts of metadata, whose order there differs from run to run.)
 *
 * Throws a TypeError for what is no state, and a RangeError for what the format cannot hold: a finite
 * number beyond the range of 'f32', data that does not fill its shape, names that are too long or
 * `__metadata__`, more than `loadSafetensors` reads.
 */
export function saveSafetensors(
  state: Stateful | StateDict,
  { precision = 'f64', metadata }: SafetensorsOptions = {},
): Uint8Array {
  if (precision !== 'f64' && precision !== 'f32')
    throw new RangeError(`precision is 'f64' or 'f32', got ${String(precision)}.`)
  const size = precision === 'f64' ? 8 : 4
  const tensors = tensorsOf(state)
  const header = headerFor(tensors, precision === 'f64' ? 'F64' : 'F32', metadata)
  const count = tensors.reduce((total, [, { data }]) => total + data.length, 0)
  const bytes = new Uint8Array(8 + header.length + count * size)
  bytes.set(header, 8)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(header.length), true)
  let at = 8 + header.length
  for (const [name, { data }] of tensors)
    for (let i = 0; i < data.length; i++, at += size)
      if (size === 8) view.setFloat64(at, data[i]!, true)
      else view.setFloat32(at, single(data[i]!, name, i), true)
  return bytes
}

/** Tensors in the order of the file, each seen to be one. */
function tensorsOf(given: Stateful | StateDict): [string, Tensor][] {
  const state = isStateful(given) ? given.stateDict() : given
  if (typeof state !== 'object' || state === null)
    throw new TypeError(
      `expected a module or its stateDict(), got ${state === null ? 'null' : typeof state}.`,
    )
  const tensors = Object.entries(state)
  if (tensors.length > mostEntries)
    throw new RangeError(`a file has at most ${mostEntries} tensors, got ${tensors.length}.`)
  for (const [name, tensor] of tensors) {
    checkText(name, 'a name', longestName)
    if (name === '__metadata__')
      throw new RangeError(`no tensor can have the name ${name}: pass metadata in the options.`)
    checkTensor(name, tensor)
  }
  return tensors.sort(byText)
}

function isStateful(given: Stateful | StateDict): given is Stateful {
  return typeof (given as Stateful | undefined)?.stateDict === 'function'
}

function checkTensor(name: string, tensor: Tensor | undefined): void {
  if (!Array.isArray(tensor?.shape) || typeof tensor.data?.length !== 'number')
    throw new TypeError(`${name}: expected { shape, data }, a tensor of a state dictionary.`)
  const { shape, data } = tensor
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0) || shape.length > mostDimensions)
    throw new RangeError(
      `${name}: expected a shape of at most ${mostDimensions} whole numbers, got ${shown(shape)}.`,
    )
  if (data.length !== countOf(shape))
    throw new RangeError(
      `${name}: expected the numbers of shape ${shown(shape)}, got ${data.length}.`,
    )
  const wrong = data.findIndex((x) => typeof x !== 'number')
  if (wrong >= 0)
    throw new TypeError(`${name}: expected numbers, got ${typeof data[wrong]} at ${wrong}.`)
}

function headerFor(
  tensors: readonly [string, Tensor][],
  dtype: 'F64' | 'F32',
  metadata: SafetensorsOptions['metadata'],
): Uint8Array {
  const members = metadata === undefined ? [] : [metadataMember(metadata)]
  let begin = 0
  for (const [name, { shape, data }] of tensors) {
    const end = begin + data.length * dtypes[dtype].bytes
    const entry = JSON.stringify({ dtype, shape, data_offsets: [begin, end] })
    members.push(`${JSON.stringify(name)}:${entry}`)
    begin = end
  }
  const text = new TextEncoder().encode(`{${members.join(',')}}`)
  const length = Math.ceil(text.length / 8) * 8
  if (length > longestHeader)
    throw new RangeError(`names and shapes take ${length} bytes, at most ${longestHeader} fit.`)
  // Blanks, so that the numbers begin where their size divides the place.
  const header = new Uint8Array(length).fill(0x20)
  header.set(text)
  return header
}

function metadataMember(metadata: Readonly<Record<string, string>>): string {
  const entries = Object.entries(metadata).sort(byText)
  if (entries.length > mostEntries)
    throw new RangeError(`metadata has at most ${mostEntries} texts, got ${entries.length}.`)
  const members = entries.map(([name, text]) => {
    checkText(name, 'a name of the metadata', longestName)
    checkText(text, `metadata.${name}`, longestText)
    return `${JSON.stringify(name)}:${JSON.stringify(text)}`
  })
  return `"__metadata__":{${members.join(',')}}`
}

/** Throws unless it is a text that every reader reads again. */
function checkText(text: unknown, what: string, most: number): void {
  if (typeof text !== 'string')
    throw new TypeError(`${what}: expected a text, got ${typeof text}; JSON.stringify makes one.`)
  // As it stands in the header: letters take up to three bytes, escapes up to six.
  if (new TextEncoder().encode(JSON.stringify(text)).length - 2 > most)
    throw new RangeError(`${what}: ${quoted(text)} is over ${most} bytes long.`)
  if (/\p{Surrogate}/u.test(text))
    throw new RangeError(`${what}: ${quoted(text)} has half a pair of surrogates.`)
}

/** By code points, as bytes of UTF-8 sort; JavaScript's own order is by halves of surrogates. */
function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  const [x, y] = [a, b].map((text) => (i < text.length ? rank(text.charCodeAt(i)) : -1))
  return x! - y!
}

/** Surrogates stand for the code points above all others, but not above them in number. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

/** As float32; a number that is too large would silently become infinite. */
function single(x: number, name: string, at: number): number {
  if (Number.isFinite(x) && !Number.isFinite(Math.fround(x)))
    throw new RangeError(`${name}[${at}] is ${x}, which f32 cannot hold: save it as 'f64'.`)
  return x
}
