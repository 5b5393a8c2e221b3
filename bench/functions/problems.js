/** The functions as scalar programs, and with their gradients written out by hand. */
import { add, mul, sub, sum } from '../../dist/index.js'
import { numbers } from '../../dist/ops.js'

export const points = {
  rosenbrock: [1.1, 0.9, 1.2, 0.8, 1.05, 0.95, 1.1, 0.9, 1, 1.1],
  blackScholes: [100, 95, 0.03, 0.2, 0.5],
}

export function rosenbrock(x) {
  const terms = x.slice(1).map((next, i) => {
    const valley = next.sub(x[i].mul(x[i]))
    const slope = sub(1, x[i])
    return mul(100, valley.mul(valley)).add(slope.mul(slope))
  })
  return sum(terms)
}

/** Price of a call: spot, strike, rate, volatility, years. */
export function blackScholes([spot, strike, rate, volatility, years]) {
  const spread = volatility.mul(years.sqrt())
  const drift = rate.add(volatility.mul(volatility).div(2)).mul(years)
  const d1 = spot.div(strike).log().add(drift).div(spread)
  const d2 = d1.sub(spread)
  const discounted = strike.mul(rate.mul(years).neg().exp())
  return spot.mul(normal(d1)).sub(discounted.mul(normal(d2)))
}

/** The standard normal distribution up to x. */
const normal = (x) => add(1, x.div(Math.SQRT2).erf()).mul(0.5)

export const byHand = {
  rosenbrock(x) {
    const gradient = new Array(x.length).fill(0)
    let value = 0
    for (let i = 0; i + 1 < x.length; i++) {
      const valley = x[i + 1] - x[i] * x[i]
      const slope = 1 - x[i]
      value += 100 * valley * valley + slope * slope
      gradient[i] += -400 * valley * x[i] - 2 * slope
      gradient[i + 1] += 200 * valley
    }
    return { value, gradient }
  },

  blackScholes([spot, strike, rate, volatility, years]) {
    const root = Math.sqrt(years)
    const spread = volatility * root
    const d1 = (Math.log(spot / strike) + (rate + (volatility * volatility) / 2) * years) / spread
    const d2 = d1 - spread
    const [n1, n2] = [phi(d1), phi(d2)]
    const discount = Math.exp(-rate * years)
    const density = 0.3989422804014327 * Math.exp((-d1 * d1) / 2)
    const value = spot * n1 - strike * discount * n2
    const gradient = [
      n1,
      -discount * n2,
      strike * years * discount * n2,
      spot * density * root,
      (spot * density * volatility) / (2 * root) + rate * strike * discount * n2,
    ]
    return { value, gradient }
  },
}

/** As `normal`, with the table's own erf: accurate to the last digits, and fast. */
const phi = (x) => 0.5 * (1 + numbers.erf(x / Math.SQRT2))
