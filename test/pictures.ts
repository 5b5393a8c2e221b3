/** The graphs that are drawn in tests: small ones that everybody knows, and a network. */
import { sum, type Value, value } from 'chainrule'
import { MLP } from 'chainrule/nn'

function named(v: Value, label: string): Value {
  v.label = label
  return v
}

function done(v: Value): Value {
  v.backward()
  return v
}

/** a + a: one leaf, two edges. */
function twice(): Value {
  const a = value(-4, 'a')
  return done(named(a.add(a), 'b'))
}

/** The expression of micrograd's README, with its numbers 24.7041, 138.8338, 645.5773. */
function readme(): Value {
  const [a, b] = [value(-4, 'a'), value(2, 'b')]
  let c = a.add(b)
  let d = a.mul(b).add(b.pow(3))
  c = c.add(c.add(1))
  c = c.add(c.add(1).add(a.neg()))
  d = d.add(d.mul(2).add(b.add(a).relu()))
  d = d.add(d.mul(3).add(b.sub(a).relu()))
  const f = c.sub(d).pow(2)
  return done(named(f.div(2).add(value(10).div(f)), 'g'))
}

/** f = (a·b + b³).relu() */
function kink(): Value {
  const [a, b] = [value(-4, 'a'), value(2, 'b')]
  return done(named(a.mul(b).add(b.pow(3)).relu(), 'f'))
}

/** The tutorial's neuron: its gradients are −1.5, 1, 0.5 and 0. */
function neuron(): Value {
  const [x1, x2, w1, w2] = [value(2, 'x1'), value(0, 'x2'), value(-3, 'w1'), value(1, 'w2')]
  const products = named(
    named(x1.mul(w1), 'x1*w1').add(named(x2.mul(w2), 'x2*w2')),
    'x1*w1 + x2*w2',
  )
  const n = named(products.add(value(6.8813735870195432, 'b')), 'n')
  return done(named(n.tanh(), 'o'))
}

/** One example through the network of the moons. */
export function network(): Value {
  return done(named(new MLP(2, [16, 16, 1]).forward([1, -0.5])[0]!, 'y'))
}

export const examples: Readonly<Record<string, () => Value>> = { twice, readme, kink, neuron }

/** A step of training as micrograd writes it: the hinge losses of a batch, and a penalty on weights. */
export function step(batch: number): Value {
  const model = new MLP(2, [16, 16, 1])
  const losses = Array.from({ length: batch }, (_, i) => {
    const [score] = model.forward([Math.cos(i), Math.sin(i)])
    return score!
      .mul(i % 2 === 0 ? 1 : -1)
      .neg()
      .add(1)
      .relu()
  })
  const penalty = sum(model.parameters().map((p) => p.mul(p)))
  const mean = losses.reduce((total, loss) => total.add(loss)).mul(1 / batch)
  return done(named(mean.add(penalty.mul(1e-4)), 'loss'))
}
