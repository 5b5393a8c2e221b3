/** Steps in words: what is read aloud, and stands below the picture. */
import type { Graph } from './graph.ts'
import { enclosed, formulaOf, nameOf, written } from './names.ts'
import { numeral, shown } from './number.ts'
import { type Passes, type Step, type Stop, stepAt } from './steps.ts'

/** One stop in a sentence; `groupName` calls the closed group that it happens in, if it does. */
export function narrated(passes: Passes, stop: Stop, groupName: string | undefined): string {
  const step = stepAt(passes, stop.first)
  if (groupName === undefined) return `${progress(passes, stop)}: ${sentence(passes, step)}`
  const count = stop.last - stop.first + 1
  const operations = count === 1 ? 'one operation' : `${count} operations`
  return `${progress(passes, stop)}: ${operations} inside ${groupName}.`
}

/** `Forward 3 of 9`, `Backward 4 to 12 of 20`. */
export function progress(passes: Passes, { first, last }: Stop): string {
  const { seed, forward, backward } = passes
  const [name, start, count] =
    first < seed ? ['Forward', 0, forward.length] : ['Backward', seed, backward.length]
  const range = first === last ? `${first - start}` : `${first - start} to ${last - start}`
  return `${name} ${range} of ${count}`
}

function sentence({ graph }: Passes, step: Step): string {
  if (step.pass === 'given') return `${counted(leaves(graph), 'leaf is', 'leaves are')} given.`
  if (step.pass === 'seed') return seedSentence(graph)
  if (step.pass === 'forward') return `${equation(graph, step.value)}.`
  const name = nameOf(graph, step.value)
  if (step.terms.length === 0) return `${name} passes nothing on.`
  const terms = step.terms
    .slice(0, 4)
    .map(
      (t) =>
        `${enclosed(nameOf(graph, t.input))}.grad += ${number(t.partial)} · ${number(t.upstream)}`,
    )
  const rest = step.terms.length - terms.length
  const more = rest > 0 ? `, and ${counted(rest, 'more', 'more')}` : ''
  return `${name} passes its gradient on: ${terms.join(', ')}${more}.`
}

function seedSentence(graph: Graph): string {
  const { roots } = graph
  if (roots.length > 1) return 'it begins at the results: each gets the gradient 1.'
  return `it begins at the result: ${enclosed(nameOf(graph, roots[0]!))}.grad = 1.`
}

/** `e = a × b = 2.0000 × (−3.0000) = −6.0000`; the middle parts only where they say something new. */
export function equation(graph: Graph, value: number): string {
  const v = graph.values[value]!
  const parts = [nameOf(graph, value), formulaOf(graph, value)]
  if (v.inputs.length <= 6)
    parts.push(
      written(
        graph,
        value,
        v.inputs.map((x) => number(Number(graph.values[x]!.data))),
      ),
    )
  const different = parts.filter((part, i) => part !== undefined && part !== parts[i - 1])
  return [...different, number(Number(v.data))].join(' = ')
}

const number = (x: number): string => shown(numeral(x)).replace('-', '−')

const leaves = (graph: Graph): number => graph.values.filter((v) => v.op === undefined).length

export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
