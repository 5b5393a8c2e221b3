/** What to call the Values of a graph in a sentence: their label, their number, or what computes them. */
import type { Graph } from './graph.ts'
import { shortLabel } from './label.ts'

const longest = 28

/** `d`, `2`, `a × b`, `layers.0/neurons.3` for what a module gives; `Σ #12` where that would be long. */
export function nameOf(graph: Graph, value: number): string {
  const name = labelOf(graph, value) ?? moduleOf(graph, value) ?? formulaOf(graph, value, 2)
  if (name !== undefined && name.length <= longest) return name
  const { role } = graph.values[value]!
  return `${symbolOf(graph, value) ?? (role === 'computed' ? 'Value' : 'leaf')} #${value}`
}

/** `a × b`: the operation on the names of its operands; undefined on a leaf. */
export function formulaOf(graph: Graph, value: number, depth = 1): string | undefined {
  const { op, inputs } = graph.values[value]!
  if (op === undefined) return undefined
  const infix = isInfix(graph, value)
  const names = inputs.slice(0, 12).map((x) => operandName(graph, x, depth - 1, infix))
  return written(graph, value, inputs.length > 12 ? [...names, '…'] : names)
}

/** The operation of a Value on operands that are written as given: `a × b`, `2 × (−3)`, `tanh(n)`. */
export function written(graph: Graph, value: number, operands: readonly string[]): string {
  const { name, symbol } = graph.ops[graph.values[value]!.op!]!
  if (!isInfix(graph, value)) return `${name}(${operands.join(', ')})`
  const [first, ...rest] = operands.map((x) => (/^[-−]/.test(x) ? `(${x})` : x))
  return rest.length === 0 ? `${symbol}${first}` : [first, ...rest].join(` ${symbol} `)
}

/** Whether its operation is written as a sign between its operands, or before the only one. */
function isInfix(graph: Graph, value: number): boolean {
  const symbol = symbolOf(graph, value) ?? ''
  return !/[\p{L}\d]/u.test(symbol) && graph.values[value]!.inputs.length <= 2
}

function operandName(graph: Graph, value: number, depth: number, inSigns: boolean): string {
  const label = labelOf(graph, value) ?? moduleOf(graph, value)
  if (label !== undefined) return label
  // A bounded look ahead: farther down an operand is only called by its place.
  const formula = depth > 0 ? formulaOf(graph, value, depth) : undefined
  if (formula === undefined) return `#${value}`
  return inSigns && isInfix(graph, value) ? `(${formula})` : formula
}

function labelOf(graph: Graph, value: number): string | undefined {
  const { label, role, data } = graph.values[value]!
  const name = shortLabel(label, longest)
  if (name !== undefined) return name
  if (role !== 'literal') return undefined
  return String(Number(Number(data).toPrecision(6))).replaceAll('-', '−')
}

/** A name as one thing in a formula: in brackets where it is not a word, `(a × b).grad`. */
export function enclosed(name: string): string {
  return /^[\p{L}\p{N}_.#…]+$/u.test(name) ? name : `(${name})`
}

const modules = new WeakMap<Graph, ReadonlyMap<number, string>>()

/** The module that gives this Value, where it gives nothing else. */
function moduleOf(graph: Graph, value: number): string | undefined {
  if (!modules.has(graph)) modules.set(graph, modulesByOutput(graph))
  return modules.get(graph)!.get(value)
}

/** Values that are the only ones of their group which something outside uses. */
function modulesByOutput({ values, groups, roots }: Graph): Map<number, string> {
  const outputs = groups.map(() => new Set<number>())
  const show = (x: number, user: number): void => {
    const { group, op } = values[x]!
    if (op !== undefined && group >= 0 && group !== user) outputs[group]!.add(x)
  }
  for (const { inputs, group } of values) for (const x of inputs) show(x, group)
  for (const root of roots) show(root, -1)
  return new Map(
    outputs.flatMap((found, group): [number, string][] => {
      const { id, kind } = groups[group]!
      return found.size === 1 && kind === 'module' ? [[[...found][0]!, shortLabel(id)!]] : []
    }),
  )
}

/** The sign or name of what computes it; undefined on a leaf. */
export function symbolOf(graph: Graph, value: number): string | undefined {
  const { op } = graph.values[value]!
  return op === undefined ? undefined : graph.ops[op]!.symbol
}
