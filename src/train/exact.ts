/** JSON has no −0, NaN or ±∞; a weight may be any double, and comes back bit for bit. */

type Encoded = number | string

const special = new Map<string, number>([
  ['-0', -0],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
])

/** Numbers as JSON can hold them: the shortest decimal that gives back the double, or its name. */
export function encode(numbers: readonly number[]): Encoded[] {
  return numbers.map((x) =>
    Number.isFinite(x) && !Object.is(x, -0) ? x : Object.is(x, -0) ? '-0' : String(x),
  )
}

/** The numbers again. Throws on anything that `encode` does not write. */
export function decode(encoded: unknown, what: string): number[] {
  if (!Array.isArray(encoded)) throw new TypeError(`${what} is not a list of numbers`)
  return encoded.map((x: unknown) => {
    const found = typeof x === 'number' ? x : special.get(x as string)
    if (found === undefined)
      throw new TypeError(
        `${what} holds ${JSON.stringify(x)?.slice(0, 40)} where a number should be`,
      )
    return found
  })
}
