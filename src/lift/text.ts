/** Loop nests as text that reads like mathematics: `z[e, j] = Σ i<64: p[65j + i] × x[e, i]`. */
import type { Buffer } from './buffer.ts'
import type { Expression } from './expression.ts'
import { type Access, type Nest, totalAccess } from './nest.ts'
import type { LoopProgram } from './program.ts'

/** Counters by depth, and the one over examples. */
export const counters = ['i', 'j', 'k', 'l', 'm', 'n']
export const example = 'e'

/** The whole program: what happens once, for every example, and once at the end. */
export function toLoops(program: LoopProgram): string {
  const name = namesOf(program)
  const { grouping, parameters } = program
  const inputs = [...new Set(program.inputs.map(({ buffer }) => buffer))]
  const sections = [
    ['once', program.before],
    [`for every example ${example}`, program.each],
    ['once, after all examples', program.after],
  ] as const
  return [
    `${count(grouping.scalars, 'scalar')} in ${count(grouping.groups.length, 'group')}, ` +
      count(sections.flatMap(([, nests]) => nests).length, 'loop nest'),
    `${count(parameters.size, 'parameter')} p` +
      inputs.map((x) => `, ${count(x.size, 'input')} ${name(x)}`).join(''),
    ...sections.flatMap(([title, nests]) =>
      nests.length === 0
        ? []
        : ['', `${title}:`, ...nests.map((nest) => `  ${nestText(nest, name)}`)],
    ),
  ].join('\n')
}

const count = (n: number, what: string): string =>
  `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`

export type Names = (buffer: Buffer) => string

/** Parameters are p, inputs x, results v1, v2, … in the order of their groups, adjoints v1′. */
export function namesOf({ parameters, inputs, grouping }: LoopProgram): Names {
  const operations = grouping.groups.filter((g) => g.op !== undefined)
  const temporary = new Map<Buffer, string>()
  return (buffer) => {
    const { purpose, group } = buffer
    if (purpose === 'parameter' || buffer === parameters) return 'p'
    if (purpose === 'gradient')
      return `∂${group?.origin === 'parameter' ? 'p' : inputName(group!.input)}`
    if (purpose === 'input' || purpose === 'index') return inputName(group!.input)
    if (purpose === 'seed' || purpose === 'total' || purpose === 'leaf') return purpose
    if (purpose === 'table') return 'table'
    if (group !== undefined) {
      const own = group.op === undefined ? purpose : `v${operations.indexOf(group) + 1}`
      return purpose === 'adjoint' ? `${own}′` : own
    }
    const known = temporary.get(buffer) ?? `t${temporary.size + 1}`
    temporary.set(buffer, known)
    return known
  }

  function inputName(input: number): string {
    return new Set(inputs.map((at) => at.buffer)).size === 1 ? 'x' : `x${input}`
  }
}

export function nestText(nest: Nest, name: Names): string {
  const { target, manner, start, step, adds } = nest
  const loops = nest.counters.map(({ extent, reduces }, k) => ({
    text: `${counters[k] ?? `c${k}`}<${extent}`,
    reduces,
  }))
  const overExamples = nest.varying && !target.buffer.varying
  const inner = loops.filter(({ reduces }) => reduces).map(({ text }) => text)
  if (overExamples) inner.push(example)
  const body = expressionText(step, name)
  const sum = inner.length > 0 && manner !== 'fold' ? `Σ ${inner.join(', ')}: ${body}` : body
  const from =
    start && manner !== 'fold' && !isZero(start) ? `${expressionText(start, name)} + ` : ''
  const fold =
    manner === 'fold' ? `fold ${inner.join(', ')} from ${expressionText(start!, name)}: ` : ''
  const places = loops.filter(({ reduces }) => !reduces).map(({ text }) => text)
  const where = places.length > 0 ? `   ${places.join(', ')}` : ''
  return `${accessText(target, name)} ${adds ? '+=' : '='} ${fold}${from}${sum}${where}`
}

function isZero(x: Expression<Access>): boolean {
  return x.kind === 'literal' && x.value === 0
}

export function accessText(access: Access, name: Names): string {
  if (access === totalAccess) return 'total'
  const { buffer, start, strides, table } = access
  const terms = strides.flatMap((stride, k) => {
    if (stride === 0) return []
    const counter = counters[k] ?? `c${k}`
    return [stride === 1 ? counter : `${stride}${counter}`]
  })
  if (start !== 0 || terms.length === 0) terms.push(`${start}`)
  const affine = terms.join(' + ')
  const place = table ? `at[${affine}]` : affine
  if (buffer.size === 1 && !buffer.varying) return name(buffer)
  if (buffer.size === 1) return `${name(buffer)}[${example}]`
  return `${name(buffer)}[${buffer.varying ? `${example}, ` : ''}${place}]`
}

/** Operations with a sign of their own stand between their operands, others before them. */
export function expressionText(x: Expression<Access>, name: Names): string {
  if (x.kind === 'literal') return `${x.value}`
  if (x.kind === 'read') return accessText(x.read, name)
  const args = x.args.map((arg) => expressionText(arg, name))
  const infix = x.op.arity === 2 && x.op.symbol !== x.op.name
  if (!infix) return `${x.op.name}(${args.join(', ')})`
  return x.args.map((arg, i) => (isInfix(arg) ? `(${args[i]})` : args[i])).join(` ${x.op.symbol} `)
}

function isInfix(x: Expression<Access>): boolean {
  return x.kind === 'apply' && x.op.arity === 2 && x.op.symbol !== x.op.name
}
