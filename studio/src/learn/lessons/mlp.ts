import type { Lesson } from '../lesson.ts'
import { outputOf, parametersOf } from '../models/network.ts'
import { shown } from '../../number.ts'

const network = { sizes: [3, 1], seed: 4 }

export const mlp: Lesson = {
  id: 'mlp',
  title: 'An MLP',
  about: 'Neurons in layers, layers in a row.',
  text: [
    'Put neurons side by side over the same inputs and you have a layer; put layers in a row and you have a *multi-layer perceptron*. This one takes [x0](x0) and [x1](x1), has [a hidden layer](#layers.0) of three neurons, and [a last layer](#layers.1) of one.',
    'It is still nothing but a graph of scalars. Frames show who belongs together: press one to look inside, for example [the second neuron](#layers.0/neurons.1).',
    'Each input reaches every neuron, so paths multiply. [Backward](>backward) does not care: it takes each operation once, whatever the number of paths.',
    'The last layer has no activation: [y](y) may be any number.',
  ],
  model: { kind: 'network', ...network, numbers: { x0: 0.5, x1: -1 } },
  tasks: [
    {
      kind: 'predict',
      id: 'parameters',
      question: 'How many parameters has `new MLP(3, [4, 4, 1])`?',
      answer: () => parametersOf({ sizes: [4, 4, 1], seed: 0 }, 3),
      mistakes: [
        { gives: 32, says: 'Those are the weights. Each of the nine neurons has a bias, too.' },
        { gives: 36, says: 'Count once more: 3·4 + 4, then 4·4 + 4, then 4·1 + 1.' },
        { gives: 9, says: 'That is the number of neurons.' },
      ],
      hint: 'A neuron has a weight for each of its inputs, and one bias.',
      because: '(3·4 + 4) + (4·4 + 4) + (4·1 + 1) = 16 + 20 + 5 = 41.',
    },
    {
      kind: 'choose',
      id: 'paths',
      question: 'How many paths lead from [x0](x0) to [y](y) in this network?',
      right: '3',
      others: {
        '1': 'x0 is used by every neuron of the hidden layer.',
        '2': 'Two is the number of inputs.',
        '6': 'Six weights stand in the hidden layer; three of them belong to x1.',
      },
      place: 2,
      because: 'One through each hidden neuron; the gradient of x0 is the sum over them.',
    },
    {
      kind: 'reach',
      id: 'sign',
      question: `Move the inputs until the sign of [y](y) changes: it begins ${outputOf(network, [0.5, -1]).y.data < 0 ? 'below' : 'above'} 0.`,
      missing: ({ y = 0 }) => {
        const first = outputOf(network, [0.5, -1]).y.data
        return y * first < 0
          ? undefined
          : `y is ${shown(y)}. Follow the gradients of the inputs ${first < 0 ? 'up' : 'down'}.`
      },
      solution: [
        { set: 'x0', to: -3 },
        { set: 'x1', to: 3 },
      ],
      because: 'The points where y is 0 are the boundary that a classifier would draw.',
    },
  ],
}
