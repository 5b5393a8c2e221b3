/** A number that survives JSON: NaN, the infinities and −0 are named. `Number(x)` gives it back. */
export type Numeral = number | 'NaN' | 'Infinity' | '-Infinity' | '-0'

export function numeral(x: number): Numeral {
  if (Object.is(x, -0)) return '-0'
  return Number.isFinite(x) ? x : (String(x) as Numeral)
}

/**
 * A number as pictures show it: four decimals as in the tutorial (`0.7071`), an exponent where those
 * would say nothing (`1.235e-7`, `1.235e+10`), whole numbers of five digits and more as they are.
 */
export function shown(x: Numeral): string {
  const number = Number(x)
  if (!Number.isFinite(number)) return String(number).replace('Infinity', '∞')
  const size = Math.abs(number)
  if (size === 0) return '0.0000'
  if (size < 0.001 || size >= 1e6) return number.toExponential(3)
  return number.toFixed(size >= 1e4 ? 1 : 4)
}
