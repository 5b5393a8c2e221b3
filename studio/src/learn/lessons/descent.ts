import { value } from 'chainrule'
import { meanSquaredError } from 'chainrule/loss'
import { SGD } from 'chainrule/optim'
import type { Lesson } from '../lesson.ts'
import { shown } from '../../number.ts'

/** One step of gradient descent. */
function stepped(from: number, gradient: number, learningRate: number): number {
  const w = value(from, 'w')
  w.grad = gradient
  new SGD([w], { learningRate }).step()
  return w.data
}

export const descent: Lesson = {
  id: 'descent',
  title: 'Loss and gradient descent',
  about: 'Measure the miss, then step downhill.',
  text: [
    'Here [a line](line), w·x + b, shall run through the points. It misses them, and [the misses](misses) squared and averaged are one number, [the loss](loss). The smaller, the better.',
    'The loss is a graph of Values like any other, with [w](w) and [b](b) among its leaves. [Backward](backward) gives [their gradients](gradient): in which direction the loss grows, and how fast.',
    'We want it to shrink, so [the update](update) goes the other way: each parameter minus [learning rate](rate) × gradient. One step, and again. Training is nothing more than that.',
    'Small rates crawl, large ones overshoot. Try both.',
  ],
  model: { kind: 'descent', forgets: false, numbers: { 'learning rate': 0.05 } },
  tasks: [
    {
      kind: 'predict',
      id: 'loss',
      question: 'A line misses three points by 1, −2 and 3. What is its mean squared error?',
      answer: () => meanSquaredError([1, -2, 3], [0, 0, 0]).data,
      mistakes: [
        { gives: 14, says: 'That is the sum of the squares. Take the mean.' },
        { gives: 2 / 3, says: 'Square the misses first: else they cancel each other.' },
        { gives: 2, says: 'That is the mean of the sizes. Square them.' },
      ],
      hint: 'Square each miss, add, divide by three.',
      because: '(1 + 4 + 9) / 3 = 4.667.',
    },
    {
      kind: 'predict',
      id: 'update',
      question:
        '`w` is 1, its gradient is 4, the learning rate is 0.1. What is `w` after the step?',
      answer: () => stepped(1, 4, 0.1),
      mistakes: [
        { gives: stepped(1, -4, 0.1), says: 'That goes uphill: the loss would grow. Subtract.' },
        { gives: -3, says: 'You forgot the learning rate.' },
        { gives: 0.4, says: 'That is the size of the step. Take it from w.' },
      ],
      hint: 'w − learning rate × gradient.',
      because: '1 − 0.1 · 4 = 0.6.',
    },
    {
      kind: 'reach',
      id: 'learn',
      question: 'Train the line until [the loss](loss) is below 0.3.',
      missing: ({ loss = 0, steps = 0 }) => {
        if (loss < 0.3) return undefined
        return steps === 0
          ? 'Press “One step” and watch the loss.'
          : `The loss is ${shown(loss)} still.`
      },
      solution: [{ press: 'Ten steps', times: 6 }],
      because: 'Below that it hardly gets: the points do not lie on one line.',
    },
    {
      kind: 'reach',
      id: 'diverge',
      question: 'Now break it: find a [learning rate](rate) at which the loss grows beyond 100.',
      missing: ({ loss = 0 }) =>
        loss > 100 ? undefined : `The loss is ${shown(loss)}. Start again with a larger rate.`,
      solution: [
        { set: 'learning rate', to: 1 },
        { press: 'Ten steps', times: 2 },
      ],
      because: 'Each step jumps across the valley and lands higher on the other side.',
    },
  ],
}
