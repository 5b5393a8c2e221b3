import { value } from 'chainrule'
import type { Lesson } from '../lesson.ts'
import { shown } from '../../number.ts'

export const zeroGrad: Lesson = {
  id: 'zero-grad',
  title: 'Why zero the gradients',
  about: 'Leaves add up, from one step to the next as well.',
  text: [
    'Gradients accumulate, for good reason: a leaf may be used twice. But they do not know where one step ends and the next begins. After a second [backward](backward), [w.grad](gradient) holds the sum of both.',
    'So whoever writes the loop has to set them to 0 before each backward. This loop forgot it: [the switch](switch) is off. Press “Ten steps” and look at [the loss](loss).',
    'Old gradients push on long after they have become wrong. The line swings past its goal, back, and past it again, like a ball that rolls without friction.',
    'It is a nasty bug since the first step is right, and nothing ever complains.',
  ],
  model: { kind: 'descent', forgets: true, numbers: { 'learning rate': 0.05 } },
  tasks: [
    {
      kind: 'predict',
      id: 'sum',
      question:
        'The first backward finds ∂loss/∂w = 3. After the update, the second finds 2. Nobody zeroed. What is `w.grad`?',
      answer: () => {
        const w = value(1, 'w')
        w.mul(3).backward()
        w.mul(2).backward()
        return w.grad
      },
      mistakes: [
        { gives: 2, says: 'It would be, had the gradients been zeroed in between.' },
        { gives: 3, says: 'The second backward adds to it.' },
        { gives: 6, says: 'It adds, it does not multiply.' },
      ],
      hint: 'A leaf adds what arrives to what is there.',
      because: '3 + 2 = 5, and the update goes two and a half times as far as it should.',
    },
    {
      kind: 'arrange',
      id: 'loop',
      question: 'Put the loop of a training step in order. First on top.',
      items: ['w.data -= rate * w.grad', 'loss.backward()', 'w.grad = 0', 'loss = forward(x)'],
      rules: [
        {
          first: 'loss = forward(x)',
          after: 'loss.backward()',
          says: 'There is no loss yet that could go backward.',
        },
        {
          first: 'w.grad = 0',
          after: 'loss.backward()',
          says: 'Zeroing after backward throws the new gradient away, or leaves the old one in.',
        },
        {
          first: 'loss.backward()',
          after: 'w.data -= rate * w.grad',
          says: 'The update needs the gradient that backward finds.',
        },
      ],
      because:
        'Zeroing may come before or after the forward pass, as long as it is before backward.',
    },
    {
      kind: 'reach',
      id: 'repair',
      question:
        'Repair the training: turn [the switch](switch) on, start again, and reach a [loss](loss) below 0.3.',
      missing: ({ loss = 0, zero, steps = 0 }) => {
        if (zero !== 1) return 'The switch is still off.'
        if (loss < 0.3) return undefined
        return steps === 0
          ? 'Now train: press “Ten steps”.'
          : `The loss is ${shown(loss)}. Go on, or start again.`
      },
      solution: [
        { press: 'zero the gradients before each step', times: 1 },
        { press: 'Start again', times: 1 },
        { press: 'Ten steps', times: 6 },
      ],
      because: 'The same steps, and now each goes where the loss falls today.',
    },
    {
      kind: 'choose',
      id: 'wanted',
      question: 'When is it useful *not* to zero between two backward passes?',
      right: 'To add up the gradients of two batches before one update',
      others: {
        'To train twice as fast': 'The steps only get too long and point into the past.',
        Never: 'There is one good use, and it is why frameworks leave the zeroing to you.',
        'When the loss is already small': 'Old gradients would drive it up again.',
      },
      place: 0,
      because: 'The sum over two batches is what one large batch would have given.',
    },
  ],
}
