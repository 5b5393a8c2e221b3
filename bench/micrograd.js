/**
 * The tutorial's engine (github.com/karpathy/micrograd, MIT) transcribed to JavaScript: an object
 * per number, a Set of the operands, a closure per operation that knows its own chain rule. Only the
 * recursive sort became iterative, so that deep graphs survive.
 */
export class Value {
  constructor(data, children = [], op = '') {
    this.data = data
    this.grad = 0
    this._backward = () => {}
    this._prev = new Set(children)
    this._op = op
  }

  add(other) {
    other = other instanceof Value ? other : new Value(other)
    const out = new Value(this.data + other.data, [this, other], '+')
    out._backward = () => {
      this.grad += out.grad
      other.grad += out.grad
    }
    return out
  }

  mul(other) {
    other = other instanceof Value ? other : new Value(other)
    const out = new Value(this.data * other.data, [this, other], '*')
    out._backward = () => {
      this.grad += other.data * out.grad
      other.grad += this.data * out.grad
    }
    return out
  }

  tanh() {
    const out = new Value(Math.tanh(this.data), [this], 'tanh')
    out._backward = () => {
      this.grad += (1 - out.data * out.data) * out.grad
    }
    return out
  }

  relu() {
    const out = new Value(this.data < 0 ? 0 : this.data, [this], 'ReLU')
    out._backward = () => {
      this.grad += (out.data > 0 ? 1 : 0) * out.grad
    }
    return out
  }

  backward() {
    const order = []
    const entered = new Set()
    const left = new Set()
    const stack = [this]
    while (stack.length > 0) {
      const v = stack.pop()
      if (!entered.has(v)) {
        entered.add(v)
        stack.push(v)
        for (const child of v._prev) if (!entered.has(child)) stack.push(child)
      } else if (!left.has(v)) {
        left.add(v)
        order.push(v)
      }
    }
    this.grad = 1
    for (const v of order.reverse()) v._backward()
  }
}
