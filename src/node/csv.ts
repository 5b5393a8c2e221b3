import { basename, extname } from 'node:path'
import { type CsvOptions, type Dataset, parseCsv } from '../data/index.ts'
import { readText } from './file.ts'

/** The data set in a CSV file; see `parseCsv`. Throws one clear line naming file, row and column. */
export async function readCsv(file: string, options: CsvOptions = {}): Promise<Dataset> {
  const text = await readText(file)
  return parseCsv(text, { file, name: basename(file, extname(file)), ...options })
}
