import { partsOf, type TensorExpression } from './tensor.ts'

/** Results that an expression uses more than once, those that others use first; none that a fold computes turn by turn. */
export function sharedIn(root: TensorExpression): TensorExpression[] {
  const uses = new Map<TensorExpression, number>()
  const order: TensorExpression[] = []
  const visit = (x: TensorExpression): void => {
    const before = uses.get(x) ?? 0
    uses.set(x, before + 1)
    if (before > 0) return
    if (x.kind !== 'fold') partsOf(x).forEach(visit)
    order.push(x)
  }
  visit(root)
  const simple = ['literal', 'view', 'total']
  return order.filter((x) => uses.get(x)! > 1 && !simple.includes(x.kind))
}
