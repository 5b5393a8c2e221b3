/** What touches files, in Node: stores, models and data sets on disk. */
export { fileStore, writeFileWhole } from './file.ts'
export { readCsv } from './csv.ts'
export { readModel, writeModel } from './model.ts'
