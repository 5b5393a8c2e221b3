import pc from 'picocolors'

const shades = ' ░▒▓█'

/** A picture of numbers from 0 to 1, `width` of them a row, two characters a pixel. */
export function picture(pixels: readonly number[], width: number): string[] {
  const rows: string[] = []
  for (let i = 0; i < pixels.length; i += width)
    rows.push(
      pixels
        .slice(i, i + width)
        .map(shade)
        .join(''),
    )
  return rows
}

function shade(x: number): string {
  return shades[Math.round(Math.min(1, Math.max(0, x)) * (shades.length - 1))]!.repeat(2)
}

/** Pictures side by side, each over its caption. */
export function gallery(
  pictures: readonly { rows: string[]; caption: string; wrong: boolean }[],
): string {
  const lines = pictures[0]?.rows.map((_, i) => pictures.map(({ rows }) => rows[i]).join(' ')) ?? []
  const captions = pictures.map(({ caption, rows, wrong }) => {
    const text = caption.padEnd(rows[0]!.length)
    return wrong ? pc.red(text) : pc.green(text)
  })
  return [...lines, captions.join(' ')].map((line) => `  ${line}`).join('\n')
}
