/**
 * Writes the golden files from a real PyTorch. Run it with `npm run golden` after a row of the table
 * or a list of points has changed, and read the difference before committing it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { edgesByPyTorch } from '../test/points.ts'
import { runPyTorch } from '../test/pytorch.ts'

const folder = 'test/golden'

/** One point a line, so that a change reads as one. */
function write(file: string, value: { torch: string; rows: Record<string, unknown[]> }): void {
  const rows = Object.entries(value.rows).map(
    ([name, points]) => `"${name}":[\n${points.map((point) => JSON.stringify(point)).join(',\n')}]`,
  )
  writeFileSync(`${folder}/${file}`, `{"torch":"${value.torch}","rows":{\n${rows.join(',\n')}}}\n`)
}

write('edges.json', edgesByPyTorch(1))

const moons: unknown = JSON.parse(readFileSync(`${folder}/moons.json`, 'utf8'))
const curve = runPyTorch('moons.py', moons) as { torch: string; losses: number[] }
writeFileSync(`${folder}/moons-curve.json`, `${JSON.stringify(curve, undefined, 1)}\n`)

console.log(`golden files written by PyTorch ${curve.torch}`)
