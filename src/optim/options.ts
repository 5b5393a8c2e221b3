/** Options with nothing left open; what has no default may stay undefined. */
export type Settled<O, D> = {
  readonly [K in keyof O]-?: undefined extends D[K & keyof D]
    ? O[K] | undefined
    : Exclude<O[K], undefined>
}

/**
 * The options of `owner` over its defaults; undefined means the default, and a key of `defaults`
 * is what it knows. Throws on what is not an object, and on unknown options with the known ones.
 */
export function settled<O extends object, D extends { [K in keyof Required<O>]: unknown }>(
  owner: string,
  options: O,
  defaults: D,
): Settled<O, D> {
  const known = Object.keys(defaults)
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(
      `the options of ${owner} are an object with ${known.join(', ')}, got ${String(options)}.`,
    )
  const stranger = Object.keys(options).find((key) => !Object.hasOwn(defaults, key))
  if (stranger !== undefined)
    throw new RangeError(`unknown option ${stranger} of ${owner}; it has ${known.join(', ')}.`)
  const given = Object.entries(options).filter(([, x]) => x !== undefined)
  return { ...defaults, ...Object.fromEntries(given) } as Settled<O, D>
}
