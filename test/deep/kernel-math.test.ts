/** The mathematics of kernels against the oracle, at tens of thousands of arguments each. */
import { expect, test } from 'vitest'
import { kernelsOf, worst } from '../accuracy.ts'
import { claims, type Name } from '../claims.ts'

const names = Object.keys(claims) as Name[]

test.each(['f64', 'f32'] as const)(
  'no function is further off than it says, in %s',
  async (precision) => {
    for (const name of names) {
      const points = claims[name].points(precision, 36_000)
      const { batch, dispose } = await kernelsOf(name, precision)
      const { error, at } = worst(name, precision, points, batch(points))
      dispose()
      console.log(
        `${name}, ${precision}: ${error.toFixed(3)} ulp at ${at.join(', ')} of ${points.length}`,
      )
      expect(points.length).toBeGreaterThan(20_000)
      expect(error, `${name} at ${at.join(', ')}`).toBeLessThanOrEqual(claims[name][precision])
    }
  },
)
