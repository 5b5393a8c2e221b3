import Table from 'cli-table3'
import pc from 'picocolors'

/** Confusion matrix: a row for each true class, a column for each answer. */
export function confusionTable(
  counts: readonly (readonly number[])[],
  classes: readonly string[],
): string {
  const table = plain(['true \\ answer', ...classes])
  counts.forEach((row, truth) => {
    const cells = row.map((count, answer) => cell(count, truth === answer))
    table.push([classes[truth]!, ...cells])
  })
  return table.toString()
}

function cell(count: number, right: boolean): { content: string; hAlign: 'right' } {
  const content =
    count === 0 ? pc.dim('·') : right ? pc.green(String(count)) : pc.red(String(count))
  return { content, hAlign: 'right' }
}

/** A table without lines, columns two spaces apart. */
export function plain(head: readonly string[]): Table.Table {
  const none = Object.fromEntries(
    [
      'top',
      'top-mid',
      'top-left',
      'top-right',
      'bottom',
      'bottom-mid',
      'bottom-left',
      'bottom-right',
      'left',
      'left-mid',
      'mid',
      'mid-mid',
      'right',
      'right-mid',
      'middle',
    ].map((part) => [part, '']),
  )
  return new Table({
    head: head.map((text) => pc.dim(text)),
    chars: none,
    style: { head: [], 'padding-left': 2, 'padding-right': 0 },
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
  })
}
