import type { OnnxModel } from './message.ts'

/** A model without what no output needs: casts that a choice went round, constants that were folded away. */
export function pruned(model: OnnxModel): OnnxModel {
  const needed = new Set(model.outputs.map(({ name }) => name))
  const nodes = model.nodes.toReversed().filter(({ output, inputs }) => {
    if (!needed.has(output)) return false
    for (const input of inputs) needed.add(input)
    return true
  })
  const initializers = model.initializers.filter(({ name }) => needed.has(name))
  return { ...model, nodes: nodes.toReversed(), initializers }
}
