/** What was once measured by hand: digits that people wrote, flowers that Fisher's colleague picked. */
import { parseCsv } from './csv.ts'
import type { Dataset } from './dataset.ts'
import { digitLines } from './digits.ts'
import { irisCsv } from './iris.ts'

/**
 * 1,797 handwritten digits: 64 pixels each, 8 × 8 row by row, from 0 (paper) to 1 (ink), and ten
 * classes. Optical Recognition of Handwritten Digits, Alpaydin & Kaynak 1998, UCI, CC BY 4.0.
 */
export function digits(): Dataset {
  const images = digitLines.split('\n')
  return {
    name: 'digits',
    X: images.map((line) => Array.from(pixelsOf(line.slice(2)), (pixel) => shade(pixel) / 16)),
    y: images.map((line) => Number(line[0])),
    classes: Array.from('0123456789'),
    features: Array.from({ length: 64 }, (_, i) => `pixel ${Math.floor(i / 8)},${i % 8}`),
  }
}

/** A digit stands for so many empty pixels. */
function pixelsOf(packed: string): string {
  return packed.replace(/\d/g, (run) => '`'.repeat(Number(run)))
}

/** The backtick comes before a: 0, and a to p are 1 to 16. */
function shade(pixel: string): number {
  return pixel.charCodeAt(0) - 96
}

/**
 * 150 irises: length and width of sepal and petal in cm, and three species. Fisher 1936, UCI, CC BY
 * 4.0.
 */
export function iris(): Dataset {
  return parseCsv(irisCsv, { file: 'iris' })
}
