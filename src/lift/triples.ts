/** A map from three small numbers, without a text for each look-up. */
export class Triples<T> {
  readonly #maps = new Map<number, Map<number, Map<number, T>>>()

  get(a: number, b: number, c: number): T | undefined {
    return this.#maps.get(a)?.get(b)?.get(c)
  }

  set(a: number, b: number, c: number, value: T): void {
    nested(nested(this.#maps, a), b).set(c, value)
  }
}

function nested<T>(map: Map<number, Map<number, T>>, key: number): Map<number, T> {
  const inner = map.get(key) ?? new Map<number, T>()
  map.set(key, inner)
  return inner
}
