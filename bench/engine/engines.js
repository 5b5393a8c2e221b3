/** What each engine calls the four things the program needs. A name here is a row of the table. */

/** Engines whose numbers are Values with the tutorial's methods. */
function ofValues(Value) {
  return {
    leaf: (x) => new Value(x),
    add: (a, b) => a.add(b),
    mul: (a, b) => a.mul(b),
    tanh: (a) => a.tanh(),
    backward: (y) => y.backward(),
    data: (v) => v.data,
    grad: (v) => v.grad,
  }
}

const chainrule = async () => ofValues((await import('../../dist/index.js')).Value)
const micrograd = async () => ofValues((await import('../micrograd.js')).Value)

async function adnn() {
  const { default: ad } = await import('adnn/ad/index.js')
  return {
    leaf: (x) => ad.lift(x),
    add: ad.scalar.add,
    mul: ad.scalar.mul,
    tanh: ad.scalar.tanh,
    backward: (y) => y.backprop(),
    data: ad.value,
    grad: ad.derivative,
  }
}

/** Writes the whole graph out as JavaScript text; its forward pass runs when `ready` compiled it. */
async function simplegrad() {
  const { Variable, ValueStorage } = await import('simplegrad')
  let storage
  let leaves
  return {
    begin() {
      storage = new ValueStorage()
      leaves = []
    },
    leaf(x) {
      const v = new Variable(storage)
      leaves.push([v, x])
      return v
    },
    add: (a, b) => a.add(b),
    mul: (a, b) => a.mul(b),
    tanh: (a) => a.tanh(),
    ready(y) {
      y.compile()
      for (const [v, x] of leaves) v.setValue(x)
      y.forward()
    },
    backward(y) {
      y.setGradient(1)
      y.backward()
    },
    data: (v) => v.getValue(),
    grad: (v) => v.getGradient(),
  }
}

export const engines = { chainrule, micrograd, adnn, simplegrad }
