/** The reference moons, the first weights, and the learning rate of each step, for every engine. */
import { readFileSync } from 'node:fs'

const { X, y, params } = JSON.parse(
  readFileSync(new URL('../../test/golden/moons.json', import.meta.url), 'utf8'),
)
const sizes = [2, 16, 16, 1]

export const points = X
export const labels = y
/** By layer and neuron: weights, then bias. */
export const parameters = params
export const decay = 1e-4
export const learningRate = (step) => 1 - (0.9 * (step % 100)) / 100

/** The same parameters as matrices: weight [out][in] and bias [out] of each layer. */
export function matrices() {
  let at = 0
  return sizes.slice(1).map((fanOut, layer) => {
    const fanIn = sizes[layer]
    const rows = Array.from({ length: fanOut }, () => params.slice(at, (at += fanIn + 1)))
    return { weight: rows.map((row) => row.slice(0, fanIn)), bias: rows.map((row) => row[fanIn]) }
  })
}

/** The parameters as a network of objects: a list of layers of { weights, bias }. */
export function neurons(leaf) {
  return matrices().map(({ weight, bias }) =>
    weight.map((row, n) => ({ weights: row.map(leaf), bias: leaf(bias[n]) })),
  )
}
