import type { Operand, Value } from '../engine.ts'
import { eq } from '../functions.ts'
import { binaryCrossEntropy, crossEntropy, maxMargin, meanSquaredError } from '../loss/index.ts'
import type { Examples } from '../data/index.ts'

/** A loss of one example as a function: what the network gave, and what it should have given. */
export type LossFunction = (outputs: readonly Value[], target: Operand) => Value

/** What training needs to know about a task. */
export interface Objective {
  readonly name: string
  /** How many classes there are to decide between; 0 where targets are quantities. */
  readonly classes: number
  /** What a target is to the loss: the number of a class, or a quantity. */
  readonly target: 'index' | 'number'
  /** A target as the dataset has it, as the loss wants it. */
  encode(y: number): number
  readonly loss: LossFunction
  /** The answer that outputs stand for: a class index, or the quantity itself. */
  decide(outputs: readonly number[]): number
}

type Rule = Omit<Objective, 'name' | 'classes'>

const same = (y: number): number => y
const largest = (outputs: readonly number[]): number => outputs.indexOf(Math.max(...outputs))
/** Two classes by one score: above 0 is class 1. */
const sign = ([score]: readonly number[]): number => (score! > 0 ? 1 : 0)
const signed = (y: number): number => (y > 0 ? 1 : -1)

const rules = {
  crossEntropy: { target: 'index', encode: same, loss: crossEntropy, decide: largest },
  binaryCrossEntropy: {
    target: 'number',
    encode: classOf,
    loss: binaryCrossEntropy,
    decide: sign,
  },
  maxMargin: { target: 'number', encode: signed, loss: maxMargin, decide: sign },
  meanSquaredError: { target: 'number', encode: same, loss: toNumber, decide: ([y]) => y! },
} satisfies Record<string, Rule>

/** The name of a loss. */
export type LossName = keyof typeof rules

/** Every loss that has a name. */
export const lossNames: readonly LossName[] = Object.keys(rules) as LossName[]

function toNumber(outputs: readonly Value[], target: Operand): Value {
  return meanSquaredError(outputs, [target])
}

/** Each output against 1 for the class it stands for and 0 for the others. */
function toClasses(outputs: readonly Value[], label: Operand): Value {
  const targets = outputs.map((_, i) => eq(label, i))
  return meanSquaredError(outputs, targets)
}

/** The class of a dataset's target; of two classes, −1 also stands for the first. */
export function classOf(y: number): number {
  return Math.max(0, y)
}

/**
 * The objective for data and the size of the last layer; by default squared error for quantities,
 * binary cross-entropy for one score, cross-entropy for one score a class.
 * Throws when loss, data and last layer do not fit.
 */
export function objectiveFor(
  loss: LossName | LossFunction | undefined,
  data: Examples,
  outputs: number,
): Objective {
  const classes = data.classes?.length ?? countedClasses(loss, data.y)
  const usual =
    classes === 0 ? 'meanSquaredError' : outputs === 1 ? 'binaryCrossEntropy' : 'crossEntropy'
  const name = typeof loss === 'function' ? usual : (loss ?? usual)
  if (!Object.hasOwn(rules, name))
    throw new RangeError(`unknown loss '${name}'; choose one of ${lossNames.join(', ')}.`)
  if (typeof loss === 'function')
    return { ...rules[name], target: 'number', name: 'custom', classes, encode: same, loss }
  refuseMisfit(name, classes, outputs)
  if (name !== 'meanSquaredError' || classes === 0) return { ...rules[name], name, classes }
  if (outputs === 1) return { ...rules[name], name, classes, encode: signed, decide: sign }
  return { ...rules[name], name, classes, loss: toClasses, decide: largest }
}

/** Data without class names still has classes if the loss is one for classes. */
function countedClasses(loss: LossName | LossFunction | undefined, y: readonly number[]): number {
  if (loss === 'binaryCrossEntropy' || loss === 'maxMargin') return 2
  if (loss !== 'crossEntropy') return 0
  const wrong = y.find((yi) => !(Number.isInteger(yi) && yi >= 0))
  if (wrong !== undefined)
    throw new RangeError(
      `crossEntropy takes targets that are whole numbers from 0, got ${wrong}: ` +
        'number the classes, or use meanSquaredError.',
    )
  return y.reduce((most, yi) => Math.max(most, yi), 1) + 1
}

function refuseMisfit(loss: LossName, classes: number, outputs: number): void {
  const oneEach = loss === 'crossEntropy' || (loss === 'meanSquaredError' && classes > 2)
  const fits = oneEach ? classes > 1 && outputs === classes : outputs === 1 || classes === outputs
  const decides = loss === 'binaryCrossEntropy' || loss === 'maxMargin'
  if (fits && !(decides && (classes !== 2 || outputs !== 1))) return
  const kind = classes === 0 ? 'numbers' : `${classes} classes`
  const wanted =
    decides && classes === 2
      ? 'a last layer of 1'
      : classes > 1
        ? `crossEntropy with a last layer of ${classes}`
        : 'meanSquaredError with a last layer of 1'
  throw new RangeError(
    `${loss} with a last layer of ${outputs} does not suit ${kind}: use ${wanted}.`,
  )
}
