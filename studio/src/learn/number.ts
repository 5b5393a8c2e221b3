/** A number as a reader sees it: five digits, a true minus, never cut. */
export const shown = (x: number): string =>
  Number.isFinite(x) ? String(Number(x.toPrecision(5))).replaceAll('-', '−') : String(x)
