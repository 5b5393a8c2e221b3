/** A number as a reader sees it: few digits, a true minus, never cut. */
export const shown = (x: number, digits = 5): string =>
  Number.isFinite(x) ? String(Number(x.toPrecision(digits))).replaceAll('-', '−') : String(x)
