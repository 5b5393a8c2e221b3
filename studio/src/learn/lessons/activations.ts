import type { Lesson } from '../lesson.ts'
import { activated, activations as names } from '../models/activations.ts'
import { shown } from '../../number.ts'

const place = (name: (typeof names)[number]): number => names.indexOf(name)

export const activations: Lesson = {
  id: 'activations',
  title: 'Activations',
  about: 'The bend that makes a network more than a line.',
  text: [
    'Without a bend between them, layers are of no use: a line of a line is a line. An activation is that bend. [Its output](output) goes on to the next layer.',
    'On the way back, [its slope](slope) is what counts: a gradient that comes in is multiplied by it. Where the slope is near 0, learning stops for everything before.',
    'tanh and sigmoid *saturate*: far from 0 they are flat. relu is flat for all negative numbers; a neuron that is always there is called dead. Its slope at 0 itself is a matter of convention, here and in PyTorch 0.',
    'Choose one after the other and move [x](x).',
  ],
  model: { kind: 'activation', numbers: { x: 0.5, activation: place('tanh') } },
  tasks: [
    {
      kind: 'predict',
      id: 'tanh',
      question: 'What is the slope of tanh at its steepest, `x = 0`?',
      answer: () => activated('tanh', 0).slope,
      at: { x: 0, activation: place('tanh') },
      mistakes: [
        { gives: 0, says: 'That is tanh(0). How steep is the curve there?' },
        { gives: 0.25, says: 'That is the steepest slope of sigmoid.' },
      ],
      hint: 'The slope is 1 − y², and y = tanh(0) = 0.',
      because: '1 − 0² = 1: in the middle a gradient passes unchanged.',
    },
    {
      kind: 'predict',
      id: 'relu',
      question: 'A gradient of 5 arrives at relu, whose input is −2. How much of it goes on?',
      answer: () => 5 * activated('relu', -2).slope,
      at: { x: -2, activation: place('relu') },
      mistakes: [
        { gives: 5, says: 'It would for a positive input.' },
        { gives: -10, says: 'The gradient is multiplied by the slope at −2, not by −2.' },
      ],
      hint: 'Left of 0 relu is flat.',
      because: '5 · 0 = 0: nothing before it learns from this example.',
    },
    {
      kind: 'reach',
      id: 'saturate',
      question: 'Saturate tanh: move [x](x) until less than 0.01 of a gradient gets through.',
      missing: ({ activation, slope = 1 }) => {
        if (activation !== place('tanh')) return 'This is another activation: choose tanh.'
        return slope < 0.01 ? undefined : `It still lets ${shown(slope)} through.`
      },
      solution: [{ set: 'x', to: 4 }],
      because: 'Beyond about ±3 tanh is nearly flat. Large first weights begin there.',
    },
    {
      kind: 'choose',
      id: 'linear',
      question: 'Three layers without any activation can represent',
      right: 'no more than one layer can',
      others: {
        'three bends': 'Nothing bends: every layer is a weighted sum.',
        'any curve, given enough neurons':
          'That needs a bend. Sums of weighted sums are weighted sums.',
        'only constants': 'A layer without activation still has weights.',
      },
      place: 1,
      because: 'Weighted sums of weighted sums are weighted sums.',
    },
  ],
}
