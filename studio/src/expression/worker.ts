/** Reads an expression, differentiates it and lays its graph out, beside the page. */
import { grad, type Value, value } from 'chainrule'
import { ExpressionError, parse } from 'chainrule/expression'
import { type Contents, contentsOf } from 'chainrule/view'
import { SteadyLayout } from 'chainrule/view/page'
import { type ExpressionState, numberOf } from '../share/state.ts'

export interface Answer {
  /** What is shown, or what is wrong with the text. */
  readonly shown?: Shown
  readonly wrong?: { readonly reason: string; readonly position?: number | undefined }
}

export interface Shown {
  readonly contents: Contents
  /** The names that need a number, in the order of the text. */
  readonly names: readonly string[]
  /** What the result is called: f, ∂f/∂a. */
  readonly result: string
  readonly data: number
  /** The gradient of each name. */
  readonly gradients: readonly number[]
}

/** While a number is typed or dragged, boxes stay where they are. */
const steady = new SteadyLayout()

async function answer(state: ExpressionState): Promise<Answer> {
  const { text, over } = state
  try {
    const expression = parse(text)
    const { names, label = 'f' } = expression
    const leaves = new Map(names.map((name) => [name, value(numberOf(state, name), name)]))
    let f: Value = expression(Object.fromEntries(leaves))
    let result = label
    for (const name of over) {
      const leaf = leaves.get(name)
      if (leaf === undefined) continue
      f = grad(f, [leaf])[0]!
      result = `∂${result.startsWith('∂') ? `(${result})` : result}/∂${name}`
    }
    if (f.op !== undefined) f.label = over.length > 0 ? result : (f.label ?? label)
    f.backward()
    const gradients = names.map((name) => leaves.get(name)!.grad)
    const contents = await contentsOf(f, {}, (...asked) => steady.lay(...asked))
    return { shown: { contents, names, result, data: f.data, gradients } }
  } catch (error) {
    const { message } = error as Error
    if (error instanceof ExpressionError)
      return { wrong: { reason: error.reason, position: error.position } }
    // Of what is nested hundreds of levels deep.
    const deep = error instanceof RangeError && message.includes('call stack')
    const named =
      'it is nested too deeply: give parts of it a name, as in d = a*b on a line of its own.'
    return { wrong: { reason: deep ? named : message } }
  }
}

self.addEventListener('message', async ({ data }: MessageEvent<ExpressionState>) => {
  self.postMessage(await answer(data))
})
