/** chainrule/data: data sets drawn, shipped, and read; divided, put in batches, standardised. */
export { type CsvOptions, parseCsv } from './csv.ts'
export {
  checkDataset,
  DataError,
  type Dataset,
  type Examples,
  shuffle,
  type Standardisation,
  subset,
} from './dataset.ts'
export {
  blobs,
  circles,
  type GeneratorOptions,
  moons,
  spirals,
  xor,
  yinYang,
} from './generators.ts'
export { digits, iris } from './observations.ts'
export { batches, type Split, type SplitOptions, split } from './split.ts'
export { applyStandardisation, standardise } from './standardise.ts'
