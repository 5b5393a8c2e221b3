/** The numbers of an expression, computed here and now by chainrule. */
import type { Value } from 'chainrule'
import { parse } from 'chainrule/expression'
import type { Facts, Numbers } from './lesson.ts'

/** The number of everything that has a name, and its gradient as `grad a`. Throws where the text is wrong. */
export function measure(text: string, numbers: Numbers): Facts {
  const expression = parse(text)
  const f = expression(numbers)
  f.label ??= expression.label ?? 'f'
  f.backward()
  const facts: Record<string, number> = {}
  for (const v of below(f)) {
    if (v.label === undefined) continue
    facts[v.label] = v.data
    facts[`grad ${v.label}`] = v.grad
  }
  return facts
}

/** Formulas of lessons are small: a set is enough to see everything once. */
function below(f: Value): Set<Value> {
  const seen = new Set([f])
  for (const v of seen) for (const x of v.inputs) seen.add(x)
  return seen
}
