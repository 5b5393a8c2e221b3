/**
 * The tutorial's engine (github.com/karpathy/micrograd, MIT) transcribed to JavaScript: an object
 * per number, a Set of the operands, a closure per operation that knows its own chain rule. Only the
 * recursive sort became iterative, with the same order, so that deep graphs survive.
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
    const visited = new Set([this])
    const stack = [[this, this._prev.values()]]
    while (stack.length > 0) {
      const [v, children] = stack[stack.length - 1]
      const { value: child, done } = children.next()
      if (done) {
        order.push(v)
        stack.pop()
      } else if (!visited.has(child)) {
        visited.add(child)
        stack.push([child, child._prev.values()])
      }
    }
    this.grad = 1
    for (const v of order.reverse()) v._backward()
  }
}
