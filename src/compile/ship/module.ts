/** A compiled predictor as the text of one ES module that imports nothing. */
import type { Image } from './image.ts'

/** What the module says of itself, and does around the kernel. */
export interface Facts {
  /** A line for the reader: what network this is. */
  readonly title: string
  readonly classes: readonly string[] | undefined
  readonly standardisation:
    | { readonly mean: readonly number[]; readonly deviation: readonly number[] }
    | undefined
}

/** The module. `predict(X)` takes rows, or one flat list, and gives rows. */
export function moduleText(image: Image, facts: Facts): string {
  const { classes, standardisation } = facts
  const { at, length } = image.inputs[0]!
  const constants = [
    `const inputs = ${length}`,
    ...(classes ? [`export const classes = ${literal(classes)}`] : []),
    ...(standardisation
      ? [
          `const mean = ${JSON.stringify(standardisation.mean)}`,
          `const deviation = ${JSON.stringify(standardisation.deviation)}`,
        ]
      : []),
    `// Where the kernel has its numbers: ${image.side} examples side by side, ${image.bytes} bytes each.`,
    `const side = ${image.side}`,
    `const inputAt = ${at / image.bytes}`,
    `const outputsAt = [${image.outputs.map((spot) => spot.at / image.bytes).join(', ')}]`,
    `const outputStep = [${image.outputs.map(({ varying }) => (varying ? 1 : 0)).join(', ')}]`,
  ]
  const memory = image.segments.map(({ at: start, bytes }) => `place(${start}, '${base64(bytes)}')`)
  return `// ${facts.title.replaceAll(/\s+/g, ' ')}
// Made by chainrule. Depends on nothing: runs in pages, workers and Node.

${constants.join('\n')}

const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const memory = new WebAssembly.Memory({ initial: ${image.pages} })
const place = (at, text) => new Uint8Array(memory.buffer).set(decode(text), at)
const { instance } = await WebAssembly.instantiate(
  decode('${base64(image.binary)}'),
  { '': { memory } },
)
const kernel = instance.exports
const numbers = new ${image.bytes === 8 ? 'Float64Array' : 'Float32Array'}(memory.buffer)

// The weights, and lists of places.
${memory.join('\n')}
kernel.before(0)

${runtime}${standardisation ? standardised : plain}${classes ? decisions(image.outputs.length) : ''}`
}

const runtime = `/** The outputs for every row of X: a list of rows, or one flat list of numbers. */
export function predict(X) {
  const read = reader(X)
  const rows = []
  for (let first = 0; first < read.examples; first += side) {
    const count = Math.min(side, read.examples - first)
    for (let lane = 0; lane < side; lane++)
      for (let i = 0; i < inputs; i++)
        numbers[inputAt + i * side + lane] = scaled(read.at(first + (lane < count ? lane : 0), i), i)
    kernel.first(side)
    kernel.after(0)
    for (let lane = 0; lane < count; lane++)
      rows.push(outputsAt.map((at, k) => numbers[at + outputStep[k] * lane]))
  }
  return rows
}

function reader(X) {
  if (!Array.isArray(X) && !ArrayBuffer.isView(X))
    throw new TypeError(\`expected a list of rows of \${inputs} numbers, got \${typeof X}.\`)
  const nested = typeof X[0] === 'object'
  const wrong = nested ? X.findIndex((row) => row?.length !== inputs) : -1
  if (wrong >= 0)
    throw new RangeError(\`row \${wrong}: expected \${inputs} numbers, got \${X[wrong]?.length}.\`)
  if (!nested && X.length % inputs !== 0)
    throw new RangeError(\`a flat list holds \${inputs} numbers for each example, got \${X.length}.\`)
  const examples = nested ? X.length : X.length / inputs
  return { examples, at: nested ? (e, i) => X[e][i] : (e, i) => X[e * inputs + i] }
}
`

const standardised = `
const scaled = (x, i) => (x - mean[i]) / deviation[i]
`
const plain = `
const scaled = (x) => x
`

/** One output decides by its sign, several by the largest. */
function decisions(outputs: number): string {
  const [decide, share] =
    outputs === 1
      ? ['z[0] > 0 ? 1 : 0', '[1 / (1 + Math.exp(z[0])), 1 / (1 + Math.exp(-z[0]))]']
      : ['z.indexOf(Math.max(...z))', 'softmax(z)']
  const softmax =
    outputs === 1
      ? ''
      : `
function softmax(z) {
  const largest = Math.max(...z)
  const powers = z.map((x) => Math.exp(x - largest))
  const sum = powers.reduce((a, b) => a + b)
  return powers.map((x) => x / sum)
}
`
  return `
/** The class of every row. */
export const classify = (X) => predict(X).map((z) => classes[${decide}])

/** The probability of every class, by row. */
export const probabilities = (X) => predict(X).map((z) => ${share})
${softmax}`
}

/** Its types. */
export function declarationText({ classes }: Facts): string {
  const rows = 'ArrayLike<number> | readonly ArrayLike<number>[]'
  const decided = `
export declare const classes: readonly string[]
/** The class of every row. */
export declare function classify(X: ${rows}): string[]
/** The probability of every class, by row. */
export declare function probabilities(X: ${rows}): number[][]
`
  return `/** The outputs for every row of X: a list of rows, or one flat list of numbers. */
export declare function predict(X: ${rows}): number[][]
${classes ? decided : ''}`
}

/** As JavaScript that may also stand in a page: no tag can end there, no line break is hidden. */
function literal(x: unknown): string {
  const codes: Readonly<Record<string, string>> = {
    '<': String.raw`\u003c`,
    '\u2028': String.raw`\u2028`,
    '\u2029': String.raw`\u2029`,
  }
  return JSON.stringify(x).replaceAll(/[<\u2028\u2029]/g, (letter) => codes[letter]!)
}

function base64(bytes: Uint8Array): string {
  let letters = ''
  for (let i = 0; i < bytes.length; i += 0x8000)
    letters += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(letters)
}
