/** Products that are summed over: a matrix times a vector, else torch.einsum. */
import { atom, product, type Python } from './spelling.ts'
import { batch } from './view.ts'

/** Counters as the loop nests print them; examples are e. */
const letters = ['i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't']
const letter = (axis: number): string => (axis === batch ? 'e' : letters[axis]!)
const labels = (axes: readonly number[]): string => axes.map(letter).join('')

/** The product of `factors`, each with its axes, summed over all that `result` lacks. */
export function contractionText(
  factors: readonly Python[],
  axes: readonly (readonly number[])[],
  result: readonly number[],
): Python {
  const vector = axes.findIndex((own) => own.length === 1)
  if (factors.length === 2 && vector >= 0) {
    const matrix = 1 - vector
    const [rows, last] = [axes[matrix]!.slice(0, -1), axes[matrix]!.at(-1)]
    if (last === axes[vector]![0] && rows.join() === result.join())
      return product(factors[matrix]!, factors[vector]!)
  }
  const operands = factors.map(({ text }) => text).join(', ')
  return atom(`torch.einsum('${axes.map(labels).join(', ')} -> ${labels(result)}', ${operands})`)
}
