/** node --expose-gc child.js ENGINE check|time EXAMPLES: one engine, in a process of its own. */
import { median } from '../measure.js'
import { engines } from './engines.js'
import { build, nodes } from './program.js'

const [name, task, count] = process.argv.slice(2)
const examples = Number(count)
const engine = await engines[name]()

function forward() {
  engine.begin?.()
  const graph = build(engine, examples)
  engine.ready?.(graph.total)
  return graph
}

function results() {
  const { total, watched } = forward()
  engine.backward(total)
  return [engine.data(total), ...watched.map(engine.grad)]
}

function time() {
  const warm = 2
  const times = { forward: [], backward: [] }
  for (let i = 0; i < warm + 7; i++) {
    globalThis.gc() // the last graph is not this one's to clear away
    const start = performance.now()
    const { total } = forward()
    const between = performance.now()
    engine.backward(total)
    const end = performance.now()
    if (i < warm) continue
    times.forward.push(between - start)
    times.backward.push(end - between)
  }
  return { forward: median(times.forward), backward: median(times.backward) }
}

/** Bytes, of the heap and outside it, that a graph keeps alive after its backward pass. */
function held() {
  const before = live()
  const graph = forward()
  engine.backward(graph.total)
  const after = live()
  return graph.total === undefined ? 0 : after - before
}

function live() {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const answer =
  task === 'check'
    ? { results: results() }
    : { nodes: nodes(examples), ...time(), bytes: held() / nodes(examples) }
console.log(JSON.stringify(answer))
