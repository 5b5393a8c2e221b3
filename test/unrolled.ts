/** Listings with every repetition written out: reads the printed text and nothing else. */

type Environment = Readonly<Record<string, number>>

/** A title such as `t = 1 … 19:` or `for (t = 19; t >= 1; t--) {`, and where the index goes. */
function indexOf(line: string): { letter: string; values: number[]; braced: boolean } | undefined {
  const title = /^ *([q-t]) = (\d+) … (\d+):$/.exec(line)
  const loop = /^ *for \(([q-t]) = (\d+); \1 [<>]= (\d+); \1(?:\+\+|--)\) \{$/.exec(line)
  const [, letter, from, to] = title ?? loop ?? []
  if (letter === undefined) return undefined
  const [first, last] = [Number(from), Number(to)]
  const way = Math.sign(last - first)
  const values = Array.from({ length: Math.abs(last - first) + 1 }, (_, i) => first + way * i)
  return { letter, values, braced: loop !== null }
}

const depthOf = (line: string): number => /^ */.exec(line)![0].length

/** The lines of `text`, those under an index once for each of its values. */
export function unrolled(text: string): string {
  return expanded(text.split('\n'), {}).join('\n')
}

function expanded(lines: readonly string[], environment: Environment): string[] {
  const out: string[] = []
  for (let i = 0; i < lines.length; i++) {
    const index = indexOf(lines[i]!)
    if (index === undefined) {
      out.push(written(lines[i]!, environment))
      continue
    }
    const depth = depthOf(lines[i]!)
    let end = i + 1
    while (end < lines.length && depthOf(lines[end]!) > depth) end++
    const body = lines.slice(i + 1, end).map((line) => line.slice(2))
    for (const value of index.values)
      for (const line of expanded(body, { ...environment, [index.letter]: value })) out.push(line)
    i = index.braced ? end : end - 1
  }
  return out
}

/** A line at one repetition: v{3t + 1} by its number, places such as 2i + 3t − 1 with t in them as 2i + 2. */
function written(line: string, environment: Environment): string {
  return line
    .replaceAll(/\{([^}]*)\}/g, (_, affine: string) => affineAt(affine, environment))
    .replaceAll(/\[([^[\]]*)\]/g, (_, inside: string) => {
      const parts = inside.split(', ')
      const last = parts.pop()!
      return `[${[...parts, affineAt(last, environment)].join(', ')}]`
    })
    .replaceAll(/\](?: [+−] \d*[q-t])+\]/g, ']]') // a table that is shifted is a table
}

function affineAt(affine: string, environment: Environment): string {
  const terms = `${affine.startsWith('−') ? ' ' : ' + '}${affine}`
  let sum = 0
  const kept: string[] = []
  for (const [, sign, term] of terms.matchAll(/([+−]) ?([^ ]+)/g)) {
    const [, size, letter] = /^(-?\d*)(.*)$/.exec(term!)!
    const value = letter === '' ? 1 : environment[letter!]
    if (value === undefined) kept.push(term!)
    else sum += (sign === '−' ? -1 : 1) * (size === '' ? 1 : Number(size)) * value
  }
  return [...kept, ...(sum === 0 && kept.length > 0 ? [] : [sum])].join(' + ')
}
