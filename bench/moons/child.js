/** node child.js PEER: the losses of the first three steps, then the median time of one step. */
import { median } from '../measure.js'
import { peers } from './peers.js'

const [name, task] = process.argv.slice(2)
const step = await peers[name]()
if (task === 'check') {
  const results = []
  for (let i = 0; i < 3; i++) results.push(await step(i))
  console.log(JSON.stringify({ results }))
} else {
  const times = []
  const warm = 30
  for (let i = 0; i < warm + 101; i++) {
    const start = performance.now()
    await step(i)
    if (i >= warm) times.push(performance.now() - start)
  }
  console.log(JSON.stringify({ milliseconds: median(times) }))
}
// A backend may keep workers or timers alive.
process.exit(0)
