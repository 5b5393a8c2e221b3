/** Columns brought to mean 0 and deviation 1, and new examples brought the same way. */
import type { Dataset, Standardisation } from './dataset.ts'

/**
 * (x − mean) / deviation in every column, with the deviation of the whole population, √(Σ(x − mean)² / n).
 * A constant column gets deviation 1, so it becomes 0. Returns what was done with the data, and in it,
 * because a model must do the same to what it is asked. Throws on data already standardised.
 */
export function standardise(dataset: Dataset): {
  dataset: Dataset
  standardisation: Standardisation
} {
  if (dataset.standardisation !== undefined)
    throw new RangeError(`standardise: ${dataset.name} is standardised already.`)
  const columns = (dataset.X[0] ?? []).map((_, j) => spread(dataset.X, j))
  const standardisation = {
    mean: columns.map(({ mean }) => mean),
    deviation: columns.map(({ deviation }) => deviation),
  }
  const X = applyStandardisation(dataset.X, standardisation)
  return { dataset: { ...dataset, X, standardisation }, standardisation }
}

/** (x − mean) / deviation. Throws on a row of another length. */
export function applyStandardisation(
  X: readonly (readonly number[])[],
  { mean, deviation }: Standardisation,
): number[][] {
  return X.map((row, i) => {
    if (row.length === mean.length) return row.map((x, j) => (x - mean[j]!) / deviation[j]!)
    throw new RangeError(
      `applyStandardisation: expected rows of ${mean.length} numbers, row ${i} has ${row.length}.`,
    )
  })
}

/** Mean and deviation of one column, in units of its widest step: squares neither overflow nor vanish. */
function spread(X: readonly (readonly number[])[], j: number): { mean: number; deviation: number } {
  const first = X[0]![j]!
  let mean = 0
  let widest = 0
  for (const row of X) {
    mean += (row[j]! - first) / X.length // from the first on: a constant column has its exact mean
    widest = Math.max(widest, Math.abs(row[j]! - first))
  }
  if (widest === 0) return { mean: first, deviation: 1 }
  let squares = 0
  for (const row of X) squares += ((row[j]! - first - mean) / widest) ** 2
  return { mean: first + mean, deviation: widest * Math.sqrt(squares / X.length) }
}
