import type { Lesson } from '../lesson.ts'
import { measure } from '../measure.ts'

const text = 'u = 2*x\nv = 5*u\nw = 3*u\ny = v + w'

export const order: Lesson = {
  id: 'order',
  title: 'Why the order matters',
  about: 'Nobody passes on what has not fully arrived.',
  text: [
    'Two ways lead from [u](u) to [y](y): one through [v](v), one through [w](w). So two shares arrive at u, 5 and 3.',
    'Before [u passes on](>u) anything to [x](x), both have to be there. If it went as soon as the first share came, x would get too little, and the rest would never be sent.',
    'The rule: an operation has its turn in the backward pass only after *everything that uses its result* had its turn. An order in which inputs come before outputs is called *topological*; backward walks one from its end.',
    'Step through [the backward pass](>backward) and watch u wait.',
  ],
  model: { kind: 'expression', text, numbers: { x: 1 } },
  tasks: [
    {
      kind: 'arrange',
      id: 'backward',
      question: 'In which order do these have their turn in the backward pass? First on top.',
      items: ['u', 'v', 'y', 'w'],
      rules: [
        { first: 'y', after: 'v', says: 'y is where the 1 begins: nothing has reached v before.' },
        { first: 'y', after: 'w', says: 'y is where the 1 begins: nothing has reached w before.' },
        {
          first: 'v',
          after: 'u',
          says: 'u goes before v here: the share that comes through v would be lost.',
        },
        {
          first: 'w',
          after: 'u',
          says: 'u goes before w here: the share that comes through w would be lost.',
        },
      ],
      because: 'y, then v and w in either order, then u.',
    },
    {
      kind: 'predict',
      id: 'too-early',
      question:
        'A hasty engine gives u its turn right after v, before w, and never again. What is the gradient of `x` then?',
      answer: () => measure('u = 2*x\ny = 5*u', { x: 1 })['grad x']!,
      mistakes: [
        {
          gives: measure(text, { x: 1 })['grad x']!,
          says: 'That is the true gradient. The hasty engine lost a share.',
        },
        {
          gives: 5,
          says: 'That is what u has by then. On the way to x it is multiplied once more.',
        },
        { gives: 6, says: 'That is the share through w, which came too late.' },
      ],
      hint: 'By then u has the share of v only. It passes on twice that.',
      because: '5 · 2 = 10. The 3 from w stays at u: 6 of the true 16 are lost.',
    },
    {
      kind: 'choose',
      id: 'safe',
      question: 'Which order is right for every graph?',
      right: 'The order in which Values were computed, backwards',
      others: {
        'Any order that visits each operation once':
          'u before w also visits each once, and loses a share.',
        'By distance from the result, near ones first':
          'A Value can be near along one path and far along another; it has to wait for the far one.',
        'From the leaves to the result': 'Then nothing has arrived yet that could be passed on.',
      },
      place: 2,
      because: 'What uses a Value was computed after it; backwards, it comes before.',
    },
  ],
}
