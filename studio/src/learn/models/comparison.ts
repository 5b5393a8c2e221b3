/** micrograd’s first program, in chainrule and in PyTorch, line by line; and what each computes. */
import { value } from 'chainrule'

export interface Line {
  /** What a lesson points at. */
  readonly part: 'leaves' | 'graph' | 'backward' | 'gradients'
  readonly chainrule: string
  readonly pytorch: string
}

export const lines: readonly Line[] = [
  {
    part: 'leaves',
    chainrule: 'const a = value(-4)',
    pytorch: 'a = tensor(-4.0, requires_grad=True)',
  },
  {
    part: 'leaves',
    chainrule: 'const b = value(2)',
    pytorch: 'b = tensor(2.0, requires_grad=True)',
  },
  { part: 'graph', chainrule: 'let c = a.add(b)', pytorch: 'c = a + b' },
  { part: 'graph', chainrule: 'let d = a.mul(b).add(b.pow(3))', pytorch: 'd = a * b + b**3' },
  { part: 'graph', chainrule: 'c = c.add(c).add(1)', pytorch: 'c = c + c + 1' },
  { part: 'graph', chainrule: 'c = c.add(1).add(c).sub(a)', pytorch: 'c = c + 1 + c - a' },
  {
    part: 'graph',
    chainrule: 'd = d.add(d.mul(2)).add(b.add(a).relu())',
    pytorch: 'd = d + d * 2 + (b + a).relu()',
  },
  {
    part: 'graph',
    chainrule: 'd = d.add(d.mul(3)).add(b.sub(a).relu())',
    pytorch: 'd = d + 3 * d + (b - a).relu()',
  },
  { part: 'graph', chainrule: 'const f = c.sub(d).pow(2)', pytorch: 'f = (c - d)**2' },
  {
    part: 'graph',
    chainrule: 'const g = f.div(2).add(value(10).div(f))',
    pytorch: 'g = f / 2.0 + 10.0 / f',
  },
  { part: 'backward', chainrule: 'g.backward()', pytorch: 'g.backward()' },
  {
    part: 'gradients',
    chainrule: '[g.data, a.grad, b.grad]',
    pytorch: '[g.item(), a.grad.item(), b.grad.item()]',
  },
]

/** The program above, run. */
export function program(atA: number, atB: number): { g: number; a: number; b: number } {
  const [a, b] = [value(atA, 'a'), value(atB, 'b')]
  let c = a.add(b)
  let d = a.mul(b).add(b.pow(3))
  c = c.add(c).add(1)
  c = c.add(1).add(c).sub(a)
  d = d.add(d.mul(2)).add(b.add(a).relu())
  d = d.add(d.mul(3)).add(b.sub(a).relu())
  const f = c.sub(d).pow(2)
  const g = f.div(2).add(value(10).div(f))
  g.backward()
  return { g: g.data, a: a.grad, b: b.grad }
}

/** What PyTorch says, in float64, at a = −4 and b = 2. */
export const pytorch = { a: 138.8338, b: 645.5773, g: 24.7041 } as const
