/** node child.js PEER NETWORK check|time: the losses of the first steps, or the time of one step. */
import { median } from '../measure.js'
import { networks } from './networks.js'
import { peers } from './peers.js'

const [peer, network, task] = process.argv.slice(2)
const step = await peers[peer](networks[network]())
if (task === 'check') {
  const results = []
  for (let k = 0; k < 5; k++) results.push(await step(k))
  console.log(JSON.stringify({ results }))
} else console.log(JSON.stringify({ microseconds: await timed(step) }))
// A backend may keep workers or timers alive.
process.exit(0)

/** Warmed for half a second; then the median over stretches of some 20 ms. */
async function timed(step) {
  let k = 0
  const run = async (steps) => {
    const start = performance.now()
    for (let i = 0; i < steps; i++) {
      const loss = step(k++)
      if (typeof loss !== 'number') await loss
    }
    return (performance.now() - start) / steps
  }
  let each = await run(1)
  for (const end = performance.now() + 500; performance.now() < end; ) each = await run(10)
  const steps = Math.max(1, Math.ceil(20 / each))
  const times = []
  for (let i = 0; i < 25; i++) times.push(await run(steps))
  return 1000 * median(times)
}
