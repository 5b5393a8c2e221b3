import type { ExpressionState } from '../share/state.ts'

/** What the studio opens with. */
export const opening: ExpressionState = {
  text: 'f = relu(a*b + b**3)',
  numbers: { a: -2, b: 2.5 },
  over: [],
}

/** Others to try, from small to large. */
export const examples: readonly { readonly name: string; readonly state: ExpressionState }[] = [
  { name: 'relu(a*b + b³)', state: opening },
  { name: 'a + a', state: { text: 'f = a + a', numbers: { a: 3 }, over: [] } },
  {
    name: 'a neuron',
    state: {
      text: 'o = tanh(x1*w1 + x2*w2 + b)',
      numbers: { x1: 2, w1: -3, x2: 0, w2: 1, b: 6.88 },
      over: [],
    },
  },
  {
    name: 'micrograd’s README',
    state: {
      text: `c = a + b
d = a*b + b**3
c = c + c + 1
c = c + 1 + c - a
d = d + d*2 + relu(b + a)
d = d + 3*d + relu(b - a)
e = c - d
f = e**2
g = f/2
g = g + 10/f`,
      numbers: { a: -4, b: 2 },
      over: [],
    },
  },
  { name: 'a wave', state: { text: 'y = sin(x)*exp(-x/4)', numbers: { x: 1 }, over: [] } },
  {
    name: 'softmax and its loss',
    state: {
      text: 'loss = -log(softmax([u, v, w])[0])',
      numbers: { u: 2, v: 1, w: -1 },
      over: [],
    },
  },
]
