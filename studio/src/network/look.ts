/** The graph of the loss of one example, and what the doctor makes of several. */
import { value } from 'chainrule'
import { contentsOf, diagnose } from 'chainrule/view'
import type { Network } from './network.ts'
import type { Diagnosis, Look, Unit } from './protocol.ts'

/** Examples that the doctor looks at: enough to see what holds for all. */
const few = 12
/** A network of more parameters is too much for the doctor beside training. */
const mostParameters = 4000

/** Swept backward, with the chosen neuron open, where there is one: it may be of the network before. */
export async function lookAt(
  { model, data, objective, parameters }: Network,
  example: number,
  unit: Unit | undefined,
): Promise<Look> {
  const kept = parameters.map(({ grad }) => grad)
  const row = data.train.X[example]!
  const inputs = row.map((x, i) => value(x, data.features[i]))
  const loss = objective.loss(model.forward(inputs), objective.encode(data.train.y[example]!))
  loss.label = 'loss'
  for (const parameter of parameters) parameter.grad = 0
  loss.backward()
  const title = `Example ${example}: ${data.classes[data.train.y[example]!]}`
  const there = unit !== undefined && unit.neuron < (model.architecture.sizes[unit.layer] ?? 0)
  const open = there ? [`layers.${unit.layer}/neurons.${unit.neuron}`] : undefined
  const contents = await contentsOf(loss, { parameters, ...(open && { open }) })
  // The gradients of the last batch are still to be seen.
  parameters.forEach((p, i) => (p.grad = kept[i]!))
  return { kind: 'look', contents, title }
}

export function diagnosed(network: Network, history: readonly number[]): Diagnosis {
  const { model, data, objective, parameters, optimizer } = network
  const { train } = data
  if (parameters.length > mostParameters) return { kind: 'diagnosis', findings: [] }
  const kept = parameters.map(({ grad }) => grad)
  for (const parameter of parameters) parameter.grad = 0
  const losses = train.X.slice(0, few).map((row, i) =>
    objective.loss(model.forward(row), objective.encode(train.y[i]!)),
  )
  const found = diagnose(losses, {
    parameters,
    features: data.features,
    step: optimizer.steps,
    ...(history.length > 1 && { history }),
    learningRate: optimizer.rate(),
  })
  parameters.forEach((p, i) => (p.grad = kept[i]!))
  return {
    kind: 'diagnosis',
    findings: found.map((finding) => ({ severity: finding.severity, text: String(finding) })),
  }
}
