import type { Lesson } from '../lesson.ts'
import { lifted } from '../models/nests.ts'
import { shown } from '../../number.ts'

export const tensors: Lesson = {
  id: 'tensors',
  title: 'From scalars to tensors',
  about: 'Thousands of small steps are a few loops.',
  text: [
    'Frameworks compute with arrays, not with single numbers. Is that another mathematics? Look at what chainrule makes of a network that was written one scalar at a time.',
    'It finds Values that do the same kind of work and puts each kind into one [loop nest](forward). A layer of neurons becomes a line such as `v5[e, i] = … Σ j: p[…] × v3[e, j]`: [a product of a matrix and a vector](products), found and not declared.',
    'The [backward pass](backward) is rolled up alike, down to [the gradients of the parameters](gradients). Each line with Σ is a sum over paths, the accumulation of lesson 4.',
    'Now change [the width](width): [the scalars](scalars) grow with its square, [the nests](nests) stay. This is why tensors are fast, and why they are nothing new.',
  ],
  model: { kind: 'nests', numbers: { width: 8 } },
  tasks: [
    {
      kind: 'predict',
      id: 'parameters',
      question:
        'How many parameters has the network at `width = 16`? (2 inputs, two layers of 16, 1 output.)',
      answer: () => lifted(16).parameters,
      at: { width: 16 },
      mistakes: [
        { gives: 304, says: 'Those are the weights: 32 + 256 + 16. The 33 neurons have biases.' },
        { gives: 105, says: 'That is the number at width 8.' },
      ],
      hint: '(2·16 + 16) + (16·16 + 16) + (16 + 1).',
      because: '48 + 272 + 17 = 337.',
    },
    {
      kind: 'choose',
      id: 'nests',
      question: 'What happens to the number of loop nests when the width doubles?',
      right: 'It stays the same',
      others: {
        'It doubles': 'The loops get longer, but there are no more of them. Try it.',
        'It grows four times': 'The number of weights does. The loops over them stay as many.',
      },
      place: 2,
      because: 'Only the bounds of the loops change: the same work, more often.',
    },
    {
      kind: 'predict',
      id: 'products',
      question:
        'For one example, how many products of weight and activation lie between the two hidden layers at `width = 8`?',
      answer: () => lifted(8).products,
      mistakes: [
        {
          gives: 16,
          says: 'Every neuron of the second layer looks at every one of the first: multiply.',
        },
        { gives: 72, says: 'Those are the parameters there; biases are added, not multiplied.' },
        { gives: 8, says: 'That is for a single neuron.' },
      ],
      hint: 'Eight neurons, each with a weight for eight inputs.',
      because: '8 · 8 = 64 products, in one nest of two loops.',
    },
    {
      kind: 'reach',
      id: 'thousand',
      question:
        'Make the graph larger than 1,500 scalars with [the width](width), and look at the nests.',
      missing: ({ scalars = 0 }) =>
        scalars > 1500 ? undefined : `There are ${shown(scalars)} scalars: widen it.`,
      solution: [{ set: 'width', to: 30 }],
      because: 'Thousands of Values, and the program is as short as before.',
    },
  ],
}
