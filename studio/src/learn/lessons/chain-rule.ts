import type { Lesson } from '../lesson.ts'
import { measure } from '../measure.ts'
import { shown } from '../../number.ts'

const text = 'e = a*b\nd = e + c\nL = d*f'
const at = { a: 1, b: 4, c: 2, f: 3 }
const there = measure(text, at)

export const chainRule: Lesson = {
  id: 'chain-rule',
  title: 'The chain rule by hand',
  about: 'Slopes multiply along a path.',
  text: [
    'How much does each number matter to [L](L)? Begin at the end: [L against itself](>backward) is 1. Then walk from the result to the leaves.',
    'At [L = d · f](>L) only the neighbours count. If d grows by a little, L grows f times as much: the *partial* by d is f, and the one by f is d.',
    'At [d = e + c](>d) both partials are 1: a sum hands on, unchanged, what arrives. At [e = a · b](>e) what arrives is multiplied by the other factor.',
    'That is the whole *chain rule*: what an input gets = the partial of the operation × what has arrived at its output. No operation has to know the graph.',
  ],
  model: { kind: 'expression', text, numbers: { a: 2, b: -3, c: 10, f: -2 } },
  tasks: [
    {
      kind: 'predict',
      id: 'sum',
      question: 'Take `a = 1`, `b = 4`, `c = 2`, `f = 3`. What is the gradient of `c`?',
      answer: () => there['grad c']!,
      at,
      mistakes: [
        { gives: 1, says: 'That is the partial of the sum. Multiply it by what arrives at d.' },
        { gives: there['d']!, says: 'That is the number of d, which is the gradient of f.' },
      ],
      hint: 'What arrives at d? A sum passes it on as it is.',
      because: 'd gets f = 3, and the sum hands 3 on to c.',
    },
    {
      kind: 'predict',
      id: 'path',
      question: 'The same numbers. What is the gradient of `a`?',
      answer: () => there['grad a']!,
      at,
      mistakes: [
        { gives: 4, says: 'That is ∂e/∂a, the partial. Multiply it by what arrives at e.' },
        {
          gives: 3,
          says: 'That arrives at e (and it is the gradient of b). The product still multiplies it by the other factor.',
        },
      ],
      hint: 'Three factors lie on the way from L to a: f, 1, and b.',
      because: 'f · 1 · b = 3 · 1 · 4 = 12.',
    },
    {
      kind: 'fix',
      id: 'by-hand',
      question: 'Somebody derived ∂L/∂b by hand and stopped too early. Write it out to the end.',
      text: 'a',
      solution: 'a*f',
      points: [
        { a: 2, b: -3, c: 10, f: -2 },
        { a: 1, b: 4, c: 2, f: 3 },
      ],
      hint: 'This is how e answers to b. How does L answer to e?',
      because: '∂L/∂b = ∂L/∂e · ∂e/∂b = f · a.',
    },
    {
      kind: 'reach',
      id: 'no-matter',
      question:
        'Make the gradient of [b](b) 0 (to within 0.05), so that b does not matter to L at all.',
      missing: (facts) =>
        Math.abs(facts['grad b']!) <= 0.05
          ? undefined
          : `The gradient of b is ${shown(facts['grad b']!)}. It is a product: of which two numbers?`,
      solution: [{ set: 'a', to: 0 }],
      because: 'It is a · f. With a = 0 (or f = 0) b can be anything.',
    },
  ],
}
