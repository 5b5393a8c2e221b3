import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/**
 * @typedef {{ key: string, title: string, digits?: number }} Column  digits: decimals of a number
 * @typedef {{ what: string, aim: string, got: number, digits: number, met: boolean }} Aim
 * @typedef {object} Report
 * @property {string} title
 * @property {string[]} about    what was run and how, a line each
 * @property {Column[]} columns  the first holds names
 * @property {Record<string, string | number | undefined>[]} rows
 * @property {Aim[]} aims
 * @property {string[]} notes    who is missing and why, what is not comparable
 */

/** What the numbers were measured on. */
export function machine() {
  const cpu = cpus()[0]?.model.trim() ?? process.arch
  const cores = availableParallelism()
  const memory = Math.round(totalmem() / 2 ** 30)
  const load = loadavg()[0].toFixed(1)
  const { node, v8 } = process.versions
  const line = `${cpu}, ${cores} cores, ${memory} GiB · Node ${node} (V8 ${v8}) · load ${load}`
  return { cpu, cores, memory, load: Number(load), node, v8, line }
}

/** @param {Report} report */
export function print({ title, about, columns, rows, aims, notes }) {
  console.log(`\n${title}`)
  for (const line of about) console.log(`  ${line}`)
  console.log()
  const cells = [columns.map((c) => c.title), ...rows.map((r) => columns.map((c) => cell(r, c)))]
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i].length)))
  for (const [i, line] of cells.entries()) {
    console.log(
      `  ${line.map((text, j) => (j === 0 ? text.padEnd(widths[j]) : text.padStart(widths[j]))).join('  ')}`,
    )
    if (i === 0) console.log(`  ${widths.map((w) => '─'.repeat(w)).join('  ')}`)
  }
  if (aims.length > 0) console.log()
  for (const { what, aim, got, digits, met } of aims)
    console.log(`  ${met ? 'reached' : 'missed '}  ${what}: aim ${aim}, got ${got.toFixed(digits)}`)
  if (notes.length > 0) console.log()
  for (const note of notes) console.log(`  ${note}`)
}

function cell(row, { key, digits = 0 }) {
  const x = row[key]
  if (x === undefined || x === null) return '–'
  return typeof x === 'number' ? grouped(x.toFixed(digits)) : x
}

/** 1003168 as 1,003,168. */
function grouped(text) {
  return text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',')
}
