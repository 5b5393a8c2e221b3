/** Results that are one number for each example, kept as the column that a layer of one output is. */
import { joined, type TensorExpression, type View } from './tensor.ts'

/** A view of one place as an axis of length 1, which `counter` names. */
export function widened(view: View, rest: View['selectors'], counter: number): View {
  const own = { kind: 'range', start: 0, step: 1, extent: 1, counter, flipped: false } as const
  return { ...view, selectors: [own, ...rest], axes: [counter, ...view.axes] }
}

/** Operations on columns alone as a column; undefined where anything else varies in them. */
export function columnOf(x: TensorExpression, counter: number): TensorExpression | undefined {
  if (!x.varying) return x
  if (x.kind === 'view') {
    const column = x.tensor.purpose === 'result' && x.tensor.shape.join() === '1'
    return column && x.axes.length === 0 ? widened(x, [], counter) : undefined
  }
  if (x.kind !== 'elementwise') return undefined
  const args = x.args.map((arg) => columnOf(arg, counter))
  if (args.includes(undefined)) return undefined
  return { ...x, args: args as TensorExpression[], ...joined(args as TensorExpression[]) }
}
