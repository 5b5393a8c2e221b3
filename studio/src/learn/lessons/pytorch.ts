import type { Lesson } from '../lesson.ts'
import { measure } from '../measure.ts'

const at = { a: -4, b: 2 }

export const pytorch: Lesson = {
  id: 'pytorch',
  title: 'The same in PyTorch',
  about: 'One program, two languages, equal numbers.',
  text: [
    'This is the program with which micrograd introduces itself, line by line in chainrule and in PyTorch.',
    '[The leaves](leaves) are created: in PyTorch a tensor has to be told that its gradient is wanted; a Value always keeps its memory. Then [the graph](graph) is written down as arithmetic; JavaScript has no operators for objects, hence methods.',
    '[Backward](backward) is the same word with the same meaning in both. Afterwards [the gradients](gradients) stand in `grad`, on the leaves.',
    'And [the numbers](numbers) are equal. What you learn here about graphs, order, accumulation and zeroing is true there.',
  ],
  model: { kind: 'pytorch', numbers: {} },
  tasks: [
    {
      kind: 'predict',
      id: 'd',
      question: 'Follow the first lines by hand: what is `d` right after `d = a * b + b**3`?',
      answer: () => measure('d = a*b + b**3', at)['d']!,
      mistakes: [
        { gives: -8, says: 'That is a · b. Add b³.' },
        { gives: -2, says: 'b³ is 8: two times two times two.' },
        { gives: 16, says: 'a is −4: the product is negative.' },
      ],
      hint: 'a = −4 and b = 2.',
      because: '−8 + 8 = 0.',
    },
    {
      kind: 'predict',
      id: 'slope',
      question: 'And what is the gradient of `b` in `d = a * b + b**3`, there?',
      answer: () => measure('d = a*b + b**3', at)['grad b']!,
      mistakes: [
        { gives: -4, says: 'You forgot that b is used twice: b³ has a slope, too.' },
        { gives: 12, says: 'You forgot that b is used twice: the product brings a.' },
        { gives: 4, says: 'The slope of b³ is 3b², which is 12 here.' },
      ],
      hint: 'a from the product, 3b² from the power.',
      because: '−4 + 12 = 8.',
    },
    {
      kind: 'choose',
      id: 'zero',
      question: 'Which line of chainrule does what `optimizer.zero_grad()` does in PyTorch?',
      right: '`model.zeroGrad()`',
      others: {
        '`loss.backward()`': 'That adds to the gradients. It is called the same in both.',
        '`a.detach()`': 'That gives a number without memory, as `detach` does in PyTorch.',
        '`noGrad(() => …)`': 'That computes without memory, as `torch.no_grad()`.',
      },
      place: 1,
      because: 'An optimizer of chainrule has a `zeroGrad()` as well.',
    },
    {
      kind: 'fix',
      id: 'translate',
      question: 'PyTorch says `(a * b).tanh() - b / a`. The translation has a slip: put it right.',
      text: 'tanh(a*b - b/a)',
      solution: 'tanh(a*b) - b/a',
      points: [
        { a: 1, b: 2 },
        { a: -0.5, b: 0.4 },
      ],
      hint: 'In PyTorch the method stands behind what it is applied to.',
      because: 'Only the product goes through tanh.',
    },
  ],
}
