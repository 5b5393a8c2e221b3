/** The part of a shipped module that learns. */
import type { Expression } from '../../lift/index.ts'
import { largest } from '../range.ts'
import type { Hyperparameter } from '../update.ts'
import { base64 } from '../../base64.ts'
import type { KernelImage } from './image.ts'
import { scriptOf } from './script.ts'

/** Numbers side by side. */
interface Stretch {
  readonly at: number
  readonly count: number
}

/** A training step without the program that made it. */
export interface TrainingImage {
  readonly title: string
  /** For whole blocks, and for what is left over. */
  readonly kernels: readonly KernelImage[]
  /** Lanes of a vector. */
  readonly width: number
  /** Where 1 / examples goes, the sum of the losses is, and the weights are. */
  readonly seed: number
  readonly total: number
  readonly weights: Stretch
  /** What is summed over a batch. */
  readonly sums: readonly Stretch[]
  /** Numbers of the step alone, computed before an update. */
  readonly settings: readonly { readonly at: number; readonly of: Expression<Hyperparameter> }[]
  readonly learningRate: number
  /** Those that the optimizer has taken. */
  readonly steps: number
  /** What the loss takes for each class. */
  readonly codes: readonly number[] | undefined
}

/** The text of it, for numbers of so many bytes. */
export function trainingText(image: TrainingImage, bytes: number): string {
  const { kernels, width, seed, total, sums, weights, settings, learningRate, steps, codes } = image
  const empty = sums.map(({ at, count }) => `  numbers.fill(0, ${at}, ${at + count})`)
  const trainers = kernels.map(
    ({ binary, side, inputs: [x, y] }) =>
      `  { side: ${side}, inputAt: ${x}, targetAt: ${y}, learner: await linked('${base64(binary)}') },`,
  )
  const set = settings.map(({ at, of }) => `  numbers[${at}] = ${scriptOf(of)}`)
  return `
// Learning: kernels for whole blocks of examples, and for what is left over.
const trainers = [
${trainers.join('\n')}
]
let step = ${steps}

/** One step of ${image.title} on the mean loss of a batch; returns that loss, of the weights before it. */
export function train(X, y, learningRate = ${learningRate}) {
  const read = reader(X)
  const { examples } = read
  if (examples === 0) throw new RangeError('the batch is empty: expected at least one example.')
  if (y?.length !== examples)
    throw new RangeError(\`expected \${examples} targets, one for each row, got \${y?.length}.\`)
  if (!(learningRate >= 0 && learningRate < Infinity))
    throw new RangeError(\`the learning rate is a number from 0 on, got \${learningRate}.\`)
  const targets = Array.from(y, target)
  numbers[${seed}] = 1 / examples
${empty.join('\n')}
  trainers[0].learner.before(0)
  for (let first = 0; first < examples; ) {
    const rest = examples - first
    const { side, inputAt, targetAt, learner } = trainers.find((t) => rest > t.side - ${width})
    const count = Math.min(side, rest)
    fill(read, first, count, side, inputAt)
    for (let lane = 0; lane < side; lane++)
      numbers[targetAt + lane] = targets[first + (lane < count ? lane : 0)]
    learner.next(count - (side - ${width}))
    first += count
  }
  trainers[0].learner.after(0)
  const loss = numbers[${total}] / examples
  if (!Number.isFinite(loss))
    throw new RangeError(\`the loss is \${loss}, nothing was changed: look for NaN in the batch, or lower the learning rate.\`)
  step++
${set.join('\n')}
  trainers[0].learner.update(0)
  kernel.before(0) // what predictions need of the weights alone
  return loss
}

/** A copy of all weights, to keep. */
export const getWeights = () => Array.from(numbers.subarray(${weights.at}, ${weights.at + weights.count}))

/** Goes on with weights that were kept. */
export function setWeights(weights) {
  if (weights?.length !== ${weights.count})
    throw new RangeError(\`expected ${weights.count} weights, got \${weights?.length}.\`)
  const wrong = Array.from(weights).findIndex((weight) => !Number.isFinite(weight))
  if (wrong >= 0)
    throw new RangeError(\`weight \${wrong} is \${weights[wrong]}: expected a finite number.\`)
${bytes === 4 ? withinSingle : ''}  numbers.set(weights, ${weights.at})
  kernel.before(0)
}
${codes ? ofClasses(codes) : ofNumbers}`
}

const withinSingle = `  const beyond = Array.from(weights, Math.fround).findIndex((weight) => !Number.isFinite(weight))
  if (beyond >= 0)
    throw new RangeError(\`weight \${beyond} is \${weights[beyond]}: expected a finite number in single precision, at most ${largest}.\`)
`

const ofNumbers = `
function target(y, i) {
  if (Number.isFinite(y)) return y
  throw new RangeError(\`target \${i}: expected a finite number, got \${y}.\`)
}
`

function ofClasses(codes: readonly number[]): string {
  return `
const codes = ${JSON.stringify(codes)}
function target(y, i) {
  const code = codes[typeof y === 'number' ? y : classes.indexOf(y)]
  if (code !== undefined) return code
  throw new RangeError(\`target \${i}: expected a class or its number below ${codes.length}, got \${y}.\`)
}
`
}

/** Its types. */
export function trainingTypes({ title, codes, learningRate }: TrainingImage, rows: string): string {
  const targets = codes ? 'ArrayLike<number> | readonly string[]' : 'ArrayLike<number>'
  return `
/**
 * One step of ${title} on the mean loss of a batch; returns that loss, of the weights before it. The
 * learning rate is ${learningRate} unless given. Throws, with nothing changed, if the loss is no finite number.
 */
export declare function train(X: ${rows}, y: ${targets}, learningRate?: number): number
/** A copy of all weights, to keep. */
export declare function getWeights(): number[]
/** Goes on with weights that were kept. */
export declare function setWeights(weights: ArrayLike<number>): void
`
}
