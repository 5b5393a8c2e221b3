import type { Picture } from './collapse.ts'

/** A box of the layout, as far as it matters here. */
export interface Slot {
  readonly name: string
  readonly group: number
  readonly width: number
  readonly height: number
}

/**
 * The layout engine does not care which of two boxes of the same size with the same neighbours is the
 * upper one; a reader expects neurons.0 above neurons.1, and a first operand above the second. For
 * each box this says whose place it takes, by height `y` on the page, so that twins stand in order.
 */
export function twinPlaces(
  { edges }: Picture,
  boxOf: ReadonlyMap<string, Slot>,
  y: ReadonlyMap<string, number>,
): Map<string, string> {
  const boxes = [...new Set(boxOf.values())]
  const around = new Map(boxes.map(({ name }) => [name, new Map<string, number>()]))
  const operand = new Map<string, number>()
  for (const { from, to, position } of edges) {
    const [tail, head] = [boxOf.get(from)!.name, boxOf.get(to)!.name]
    if (tail === head) continue
    const [leaves, enters] = [around.get(tail)!, around.get(head)!]
    leaves.set(`>${head}`, (leaves.get(`>${head}`) ?? 0) + 1)
    enters.set(`<${tail}`, (enters.get(`<${tail}`) ?? 0) + 1)
    if (!operand.has(tail)) operand.set(tail, position ?? 0)
  }
  const families = new Map<string, string[]>()
  for (const { name, group, width, height } of boxes) {
    const neighbours = [...around.get(name)!].map(([other, count]) => `${other}*${count}`).sort()
    const key = `${group} ${width} ${height} ${neighbours.join(' ')}`
    if (families.has(key)) families.get(key)!.push(name)
    else families.set(key, [name])
  }
  const places = new Map<string, string>()
  for (const family of families.values()) {
    const slots = family.toSorted((a, b) => y.get(a)! - y.get(b)!)
    const order = family.toSorted((a, b) => (operand.get(a) ?? 0) - (operand.get(b) ?? 0))
    order.forEach((name, i) => places.set(name, slots[i]!))
  }
  return places
}
