/** A compiled predictor as the text of one ES module that imports nothing. */
import { base64 } from '../../base64.ts'
import type { KernelImage, MemoryImage } from './image.ts'
import { type TrainingImage, trainingText, trainingTypes } from './training.ts'

/** What the module says of itself, and does around the kernel. */
export interface Facts {
  /** A line for the reader: what network this is. */
  readonly title: string
  readonly classes: readonly string[] | undefined
  readonly standardisation:
    | { readonly mean: readonly number[]; readonly deviation: readonly number[] }
    | undefined
}

/** All that is in a module. */
export interface Contents {
  readonly kernel: KernelImage
  readonly memory: MemoryImage
  /** Numbers of an example. */
  readonly inputs: number
  readonly facts: Facts
  readonly training: TrainingImage | undefined
}

/** The module. `predict(X)` takes rows, or one flat list, and gives rows. */
export function moduleText({ kernel, memory, inputs, facts, training }: Contents): string {
  const { classes, standardisation } = facts
  const { side, outputs } = kernel
  const constants = [
    `const inputs = ${inputs}`,
    ...(classes ? [`export const classes = ${literal(classes)}`] : []),
    ...(standardisation
      ? [
          `const mean = ${JSON.stringify(standardisation.mean)}`,
          `const deviation = ${JSON.stringify(standardisation.deviation)}`,
        ]
      : []),
    `// Where the kernel has its numbers: ${side} examples side by side, ${memory.bytes} bytes each.`,
    `const side = ${side}`,
    `const inputAt = ${kernel.inputs[0]}`,
    `const outputsAt = [${outputs.map(({ at }) => at).join(', ')}]`,
    `const outputStep = [${outputs.map(({ varying }) => (varying ? 1 : 0)).join(', ')}]`,
  ]
  const places = memory.segments.map(({ at, bytes }) => `place(${at}, '${base64(bytes)}')`)
  return `// ${facts.title.replaceAll(/\s+/g, ' ')}
// Made by chainrule. Depends on nothing: runs in pages, workers and Node.

${constants.join('\n')}

const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const memory = new WebAssembly.Memory({ initial: ${memory.pages} })
const place = (at, text) => new Uint8Array(memory.buffer).set(decode(text), at)
const linked = async (text) =>
  (await WebAssembly.instantiate(decode(text), { '': { memory } })).instance.exports
const kernel = await linked('${base64(kernel.binary)}')
const numbers = new ${memory.bytes === 8 ? 'Float64Array' : 'Float32Array'}(memory.buffer)

// The weights, and lists of places.
${places.join('\n')}
kernel.before(0)

${runtime}${standardisation ? standardised : plain}${classes ? decisions(outputs.length) : ''}${training ? trainingText(training, memory.bytes) : ''}`
}

const runtime = `/** The outputs for every row of X: a list of rows, or one flat list of numbers. */
export function predict(X) {
  const read = reader(X)
  const rows = []
  for (let first = 0; first < read.examples; first += side) {
    const count = Math.min(side, read.examples - first)
    fill(read, first, count, side, inputAt)
    kernel.first(side)
    kernel.after(0)
    for (let lane = 0; lane < count; lane++)
      rows.push(outputsAt.map((at, k) => numbers[at + outputStep[k] * lane]))
  }
  return rows
}

// Lanes beyond the last example repeat the first of these.
function fill(read, first, count, side, to) {
  for (let lane = 0; lane < side; lane++)
    for (let i = 0; i < inputs; i++)
      numbers[to + i * side + lane] = scaled(read.at(first + (lane < count ? lane : 0), i), i)
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
  return { examples, at: (e, i) => number(nested ? X[e][i] : X[e * inputs + i], e, i) }
}

// JavaScript would make a number of what is missing: null is 0.
function number(x, row, i) {
  if (typeof x === 'number') return x
  const got = Array.isArray(x) ? 'a list' : typeof x === 'string' ? \`'\${x}'\` : x === null ? x : typeof x
  throw new TypeError(\`row \${row}, number \${i}: expected a number, got \${got}.\`)
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
export function declarationText({ classes }: Facts, training: TrainingImage | undefined): string {
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
${classes ? decided : ''}${training ? trainingTypes(training, rows) : ''}`
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
