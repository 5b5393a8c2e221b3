/**
 * What words of a lesson point at in a graph: `a` is the Value of that name, `#layers.0` a group, `>a`
 * the step at which a passes its gradient on, `>forward` and `>backward` the beginnings of the passes.
 */
import type { Inspector } from 'chainrule/view/page'

type Model = Inspector['model']

/** Shows the target of some words; undefined: nothing in particular. A target that is not there is passed over. */
export function pointAt(model: Model, target: string | undefined): void {
  if (target === undefined) {
    rest(model)
    model.choose(undefined)
  } else if (target === '>forward') model.go(0)
  else if (target === '>backward') model.goBackward()
  else if (target.startsWith('>')) {
    const stop = stopOf(model, target.slice(1))
    if (stop >= 0) model.go(stop)
  } else {
    const id = uncovered(model, target)
    if (id === undefined) return
    rest(model)
    model.choose(id)
  }
}

/** Not stepping: the whole graph is shown. */
function rest(model: Model): void {
  model.stop = model.stops.length
}

/** The id of a target by its name; what is closed around it is opened. */
function uncovered(model: Model, target: string): string | undefined {
  const { groups, values } = model.graph
  if (!target.startsWith('#')) {
    const at = values.findIndex(({ label }) => label === target)
    if (at < 0) return undefined
    if (model.placeOf(at) >= 0) model.uncover(at)
    return `v${at}`
  }
  const at = groups.findIndex(({ id }) => id === target.slice(1))
  if (at < 0) return undefined
  const around: string[] = []
  for (let { parent } = groups[at]!; parent >= 0; parent = groups[parent]!.parent)
    around.push(groups[parent]!.id)
  if (around.some((id) => !model.open.has(id))) model.setOpen([...model.open, ...around])
  return `g${at}`
}

function stopOf({ graph, passes, stops }: Model, name: string): number {
  const value = graph.values.findIndex(({ label }) => label === name)
  const place = passes.backward.indexOf(value)
  if (place < 0) return -1
  const step = passes.seed + 1 + place
  return stops.findIndex(({ last }) => last >= step)
}
