/** A network of any width, lifted: as how many scalars it was written, in how many loops it ends. */
import { Random } from 'chainrule'
import { lift, toCode, toLoops } from 'chainrule/lift'
import { meanSquaredError } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'

export interface Lifted {
  readonly scalars: number
  readonly nests: number
  readonly parameters: number
  /** The most products of one kind: those between the hidden layers. */
  readonly products: number
  /** The nests as mathematics, and written out as loops. */
  readonly mathematics: string
  readonly code: string
}

/** Two inputs, two hidden layers of so many neurons, one output, and its squared error. */
export function lifted(width: number): Lifted {
  const model = new MLP(2, [width, width, 1], { activation: 'tanh', random: new Random(1) })
  const parameters = model.parameters()
  const program = lift((x, y) => meanSquaredError(model.forward(x), y), {
    inputs: [{ length: 2 }, 'number'],
    parameters,
  })
  const { before, each, after, grouping } = program
  const scalars = grouping.groups.reduce((sum, { count }) => sum + count, 0)
  const multiplied = grouping.groups.filter(({ op }) => op?.name === 'mul')
  const products = Math.max(...multiplied.map(({ count }) => count))
  const nests = before.length + each.length + after.length
  const mathematics = toLoops(program)
  const code = toCode(program)
  return { scalars, nests, parameters: parameters.length, products, mathematics, code }
}
