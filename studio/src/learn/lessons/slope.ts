import type { Lesson } from '../lesson.ts'
import { slopeAt } from '../models/slope.ts'
import { shown } from '../../number.ts'

export const slope: Lesson = {
  id: 'slope',
  title: 'A derivative is a slope',
  about: 'What happens to f when x moves a little.',
  text: [
    'Stand on [the curve](curve) at [x](x) and take a small step [h](h) to the right. The function changes by f(x + h) − f(x). Divided by the step, this is the slope of [the secant](secant), the dashed line through both points.',
    'Now let the step shrink: press 0.1, then 0.01, then 0.001. The secant turns until it lies on [the tangent](tangent). The slope that it settles at is the *derivative* of f at x.',
    'Read a derivative as a sensitivity. At x = 2 it is 8: move x by 0.001, and f moves by about 0.008. The sign tells up from down. A derivative of 0 says that a tiny step changes next to nothing.',
    'Everything that follows is this one number, asked of many inputs at once.',
  ],
  model: { kind: 'slope', numbers: { x: 2, h: 1 } },
  tasks: [
    {
      kind: 'predict',
      id: 'secant',
      question:
        'f(1) is 4 and f(3) is 20. What is the slope of the secant at `x = 1` with a step of `h = 2`?',
      answer: () => slopeAt(1, 2).secant,
      at: { x: 1, h: 2 },
      mistakes: [
        { gives: 16, says: 'That is how much f grows. Divide it by the step.' },
        {
          gives: slopeAt(1, 2).tangent,
          says: 'That is the tangent; the secant spans a step of 2.',
        },
      ],
      hint: 'Take how much f grows over the step, and divide by the step.',
      because: '(20 − 4) / 2 = 8.',
    },
    {
      kind: 'predict',
      id: 'tangent',
      question: 'f is `3x² − 4x + 5`. What is its derivative at `x = 1`?',
      answer: () => slopeAt(1, 1).tangent,
      at: { x: 1, h: 0.001 },
      mistakes: [
        { gives: slopeAt(1, 1).y, says: 'That is f(1) itself. How fast does it grow there?' },
        { gives: 6, says: 'You forgot −4x: its slope is −4 everywhere.' },
        {
          gives: slopeAt(1, 1).secant,
          says: 'That is the secant over a whole step of 1: make h small.',
        },
      ],
      hint: 'The derivative of x² is 2x, that of x is 1, that of a constant is 0.',
      because: '6x − 4 is 2 at x = 1. With h = 0.001 the secant says 2.003.',
    },
    {
      kind: 'reach',
      id: 'bottom',
      question: 'Move [x](x) to where the derivative is 0 (to within 0.1).',
      missing: ({ tangent = 0 }) =>
        Math.abs(tangent) <= 0.1
          ? undefined
          : `The tangent has slope ${shown(tangent)} here: the curve still goes ${tangent > 0 ? 'up, so go left' : 'down, so go right'}.`,
      solution: [{ set: 'x', to: 0.67 }],
      because: 'At x = 2/3 the curve turns. You just did gradient descent by hand.',
    },
    {
      kind: 'choose',
      id: 'sign',
      question: 'The derivative at x = −1 is −10. What does a step to x = −0.99 do to f?',
      right: 'f falls by about 0.1',
      others: {
        'f falls by about 10':
          'It would for a step of 1, were the curve straight. The step is 0.01.',
        'f rises by about 0.1': 'The derivative is negative: to the right it goes down.',
        'f becomes −10': 'The derivative tells a change, not the number of f.',
      },
      place: 2,
      because: '−10 · 0.01 = −0.1.',
    },
  ],
}
