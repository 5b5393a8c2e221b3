/** Whether who looks asked for less motion: then nothing glides, pulses or flows. */
export function calm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}
