import type { Lesson } from '../lesson.ts'
import { measure } from '../measure.ts'
import { shown } from '../../number.ts'

const text = 'n = sum([x1*w1, x2*w2, b])\no = tanh(n)'

export const neuron: Lesson = {
  id: 'neuron',
  title: 'A neuron',
  about: 'Weights, a bias, a sum, and a squashing curve.',
  text: [
    'A neuron takes inputs, here [x1](x1) and [x2](x2), and multiplies each by a *weight*, [w1](w1) and [w2](w2). The products and a *bias* [b](b) are summed up to [n](n).',
    'Then comes an activation: [o](o) is tanh of n, a number between −1 and 1. It is a graph like any other, so [backward](>backward) works on it like on any other.',
    'The inputs are data, and nobody changes those. What training changes are the weights and the bias: their gradients say in which direction o grows.',
    'tanh has a short derivative, 1 − o². Look at [its step](>o): where o is near 1 or −1, hardly anything gets through.',
  ],
  model: {
    kind: 'expression',
    text,
    numbers: { x1: 2, w1: -3, x2: 0, w2: 1, b: 6.8814 },
  },
  tasks: [
    {
      kind: 'predict',
      id: 'partial',
      question:
        'In some neuron `o = tanh(n)` is 0.6. How much of its gradient does tanh pass on to `n`?',
      answer: () => measure('o = tanh(n)', { n: Math.atanh(0.6) })['grad n']!,
      mistakes: [
        { gives: 0.6, says: 'That is o itself.' },
        { gives: 0.36, says: 'That is o². Take it from 1.' },
        { gives: 0.4, says: 'Nearly: square o before you take it from 1.' },
      ],
      hint: 'The derivative of tanh, written with its output: 1 − o².',
      because: '1 − 0.36 = 0.64.',
    },
    {
      kind: 'choose',
      id: 'no-input',
      question: 'With `x2 = 0` the gradient of [w2](w2) is 0. Why?',
      right: 'w2 is multiplied by x2: changing it changes nothing',
      others: {
        'w2 is 1, and 1 has no derivative': 'The number of w2 itself does not enter its gradient.',
        'tanh is saturated': 'Then the gradient of w1 would be 0, too.',
        'w2 is not used': 'It is: there is a product with it.',
      },
      place: 0,
      because: 'The partial of the product by w2 is x2, which is 0.',
    },
    {
      kind: 'reach',
      id: 'fire',
      question: 'Make the neuron fire: bring [o](o) above 0.9 by moving weights or the bias.',
      missing: ({ o = 0 }) =>
        o > 0.9
          ? undefined
          : `o is ${shown(o)}. A positive gradient says: more of this, and o grows.`,
      solution: [{ set: 'b', to: 8 }],
      because: 'And the gradients have shrunk: near 1, tanh lets little through.',
    },
    {
      kind: 'fix',
      id: 'typo',
      question: 'This neuron does not listen to one of its weights. Find the slip.',
      text: 'o = tanh(x1*w1 + x2*w1 + b)',
      solution: 'o = tanh(x1*w1 + x2*w2 + b)',
      points: [
        { x1: 0.5, w1: -1, x2: 0.3, w2: 1, b: 0.2 },
        { x1: -0.2, w1: 0.4, x2: 0.9, w2: -0.6, b: 0 },
      ],
      hint: 'Each input has a weight of its own.',
      because: 'With the slip, the gradient of w2 would be 0 whatever the data.',
    },
  ],
}
