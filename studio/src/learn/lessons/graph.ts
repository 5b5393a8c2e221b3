import type { Lesson } from '../lesson.ts'
import { measure } from '../measure.ts'
import { shown } from '../../number.ts'

const text = 'e = a*b\nd = e + c\nL = d*f'
const at = { a: 3, b: 2, c: -1, f: 4 }

export const graph: Lesson = {
  id: 'graph',
  title: 'A Value and its graph',
  about: 'Numbers that remember how they came to be.',
  text: [
    'A *Value* is a number with a memory. Some are given: [a](a), [b](b), [c](c) and [f](f) are *leaves*. Others are computed, and such a one keeps the operation and the inputs that it came from: [e](e) remembers “a times b”.',
    'Follow the memories back from [L](L) and you have the *graph*: boxes for Values, circles for operations, arrows in the direction of computing.',
    'Computing the numbers from left to right is the [forward pass](>forward). Press the step button below the picture and watch each box get its number once its inputs have theirs.',
    'Drag a slider (or a leaf in the picture itself): everything that depends on it follows.',
  ],
  model: { kind: 'expression', text, numbers: { a: 2, b: -3, c: 10, f: -2 } },
  tasks: [
    {
      kind: 'predict',
      id: 'forward',
      question: 'What is `d` when `a = 3`, `b = 2`, `c = −1` and `f = 4`?',
      answer: () => measure(text, at)['d']!,
      at,
      mistakes: [
        { gives: measure(text, at)['e']!, says: 'That is e. One more operation leads to d.' },
        { gives: measure(text, at)['L']!, says: 'That is L already: d comes before it.' },
        { gives: 7, says: 'c is −1: adding it makes the number smaller.' },
      ],
      hint: 'First e = a · b, then d = e + c.',
      because: 'e = 6, so d = 6 + (−1) = 5.',
    },
    {
      kind: 'choose',
      id: 'leaves',
      question: 'Which Values of this graph remember no operation?',
      right: 'a, b, c and f',
      others: {
        'L only': 'L remembers a product. It is where the graph ends, not where it begins.',
        'e and d': 'e remembers a product and d a sum.',
        'a and b only': 'c and f are given, too.',
      },
      place: 1,
      because: 'Leaves are given from outside. Everything else is computed.',
    },
    {
      kind: 'reach',
      id: 'zero',
      question: 'Make [L](L) equal to 0 (to within 0.1) by moving one leaf.',
      missing: ({ L = 1 }) =>
        Math.abs(L) <= 0.1 ? undefined : `L is ${shown(L)}. A product is 0 when one factor is.`,
      solution: [{ set: 'f', to: 0 }],
      because: 'Either f is 0, or d is: both make the product 0.',
    },
    {
      kind: 'fix',
      id: 'brackets',
      question: 'This graph should apply `relu` to the whole sum of `a*b` and `b³`. Put it right.',
      text: 'g = relu(a*b) + b**3',
      solution: 'g = relu(a*b + b**3)',
      points: [
        { a: 2, b: -2 },
        { a: -2, b: 3 },
        { a: 1, b: 1 },
      ],
      hint: 'relu sees only what stands between its brackets.',
      because: 'Brackets decide what becomes whose input; the graph shows it at a glance.',
    },
  ],
}
