/** Which column each box stands in. */
import type { Arrow } from '../scene.ts'
import type { Slot } from '../twins.ts'

/**
 * Every box right of all that it comes from, and as near to what reads it as that allows: a leaf stands
 * beside its first reader, and so does what was computed long before it is used. `slots` come in
 * reading order, operands first.
 */
export function columnsOf(slots: readonly Slot[], arrows: readonly Arrow[]): Map<Slot, number> {
  const [inputs, readers] = [neighbours(slots), neighbours(slots)]
  for (const { tail, head } of arrows) {
    inputs.get(head)!.add(tail)
    readers.get(tail)!.add(head)
  }
  const column = new Map<Slot, number>()
  const at = (slot: Slot): number => column.get(slot)!
  for (const slot of slots) column.set(slot, Math.max(-1, ...[...inputs.get(slot)!].map(at)) + 1)
  for (const slot of slots.toReversed()) {
    const out = readers.get(slot)!
    // A leaf that only this box reads comes along: its edge grows no longer.
    const held = [...inputs.get(slot)!].filter(
      (x) => inputs.get(x)!.size > 0 || readers.get(x)!.size > 1,
    )
    if (out.size > 0 && held.length <= out.size) column.set(slot, least([...out].map(at)) - 1)
  }
  return column
}

const neighbours = (slots: readonly Slot[]): Map<Slot, Set<Slot>> =>
  new Map(slots.map((slot) => [slot, new Set()]))

const least = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.min(a, b))
