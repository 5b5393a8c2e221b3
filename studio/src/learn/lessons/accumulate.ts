import type { Lesson } from '../lesson.ts'
import { measure } from '../measure.ts'

export const accumulate: Lesson = {
  id: 'accumulate',
  title: 'Why gradients accumulate',
  about: 'A number used twice matters twice: a + a.',
  text: [
    'Here [a](a) is used twice. Two arrows leave its box and both end in the same sum. Move a by 1 and f moves by 2, since it moves along *both* ways.',
    'Watch [the backward pass of f](>f). The sum hands 1 to its first input and 1 to its second, and both inputs are a. Below the box you see `+=`: what arrives is *added* to what has arrived before.',
    'Were it `=` instead, the second 1 would overwrite the first, and [a](a) would end with a gradient of 1. The picture would look the same. The number would be wrong.',
    'In general: the gradient of a Value is the sum over all paths from it to the result, each path the product of its partials.',
  ],
  model: { kind: 'expression', text: 'f = a + a', numbers: { a: 3 } },
  tasks: [
    {
      kind: 'predict',
      id: 'square',
      question: 'Now a product: `f = a*a` at `a = 3`. What is the gradient of `a`?',
      answer: () => measure('f = a*a', { a: 3 })['grad a']!,
      mistakes: [
        { gives: 3, says: 'You forgot that a is used twice: each use brings 3.' },
        { gives: 9, says: 'That is f itself.' },
        { gives: 2, says: 'That would be a + a. Here each use brings the other factor.' },
      ],
      hint: 'Each of the two uses brings the other factor. Add them.',
      because: '3 + 3 = 6, the same as 2a for a².',
    },
    {
      kind: 'predict',
      id: 'three',
      question: 'And `f = a*b + a` at `a = 3`, `b = 5`: what is the gradient of `a`?',
      answer: () => measure('f = a*b + a', { a: 3, b: 5 })['grad a']!,
      mistakes: [
        { gives: 5, says: 'You forgot that a is used twice: it stands alone in the sum, too.' },
        { gives: 1, says: 'You forgot the product: a is used there as well.' },
        { gives: 3, says: 'That is the gradient of b.' },
      ],
      hint: 'One path leads through the product, the other straight into the sum.',
      because: 'b along the first path and 1 along the second: 5 + 1 = 6.',
    },
    {
      kind: 'choose',
      id: 'overwrite',
      question:
        'An engine writes `x.grad = …` where it should write `x.grad += …`. When is it still right?',
      right: 'When every Value is used once',
      others: {
        'When there is no product': 'a + a has no product, and it goes wrong there.',
        Never: 'Without a second use nothing is overwritten.',
        'When all numbers are positive': 'The sign does not help: a share is lost all the same.',
      },
      place: 1,
      because: 'With one use there is one path, and nothing to add.',
    },
    {
      kind: 'fix',
      id: 'lost-path',
      question:
        'This is meant to be the gradient of `a` in `f = a*b + a*a`. A path is missing. Put it right.',
      text: 'b + a',
      solution: 'b + 2*a',
      points: [
        { a: 3, b: 5 },
        { a: -1, b: 2 },
      ],
      hint: 'Count the uses of a: there are three.',
      because: 'b from the first product, and a twice from the second.',
    },
  ],
}
