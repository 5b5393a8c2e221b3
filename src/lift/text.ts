/** Loop nests as text that reads like mathematics: `z[e, j] = Σ i<64: p[65j + i] × x[e, i]`. */
import type { Expression } from './expression.ts'
import { type Digits, plain } from './line.ts'
import { indicesOf, type Names, namesOf } from './names.ts'
import { type Access, type Nest, totalAccess } from './nest.ts'
import type { LoopProgram } from './program.ts'
import { type Block, type ListingOptions, type Part, Rolled } from './rolled.ts'

/** Counters by depth, and the one over examples. */
export const counters = ['i', 'j', 'k', 'l', 'm', 'n']
export const example = 'e'

/** The whole program: what happens once, for every example, and once at the end. */
export function toLoops(program: LoopProgram, options: ListingOptions = {}): string {
  const name = namesOf(program)
  const { grouping, parameters } = program
  const inputs = [...new Set(program.inputs.map(({ buffer }) => buffer))]
  const rolled = new Rolled(indicesOf(program), options)
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
    ...sections.flatMap(([title, nests]) => {
      const parts = rolled.parts(nests, (nest, digits) => nestText(nest, name, digits))
      return nests.length === 0 ? [] : ['', `${title}:`, ...indented(parts)]
    }),
  ].join('\n')
}

const count = (n: number, what: string): string =>
  `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`

function indented(parts: readonly Part[], margin = '  '): string[] {
  return parts.flatMap((part) =>
    typeof part === 'string'
      ? [margin + part]
      : [`${margin}${blockTitle(part)}:`, ...indented(part.parts, `${margin}  `)],
  )
}

export function blockTitle({ index, first, last }: Omit<Block, 'parts'>): string {
  return `${index} = ${first} … ${last}`
}

/** One line; numbers are written from left to right. */
export function nestText(nest: Nest, name: Names, digits: Digits = plain): string {
  const { target, manner, start, step, adds } = nest
  const loops = nest.counters.map(({ extent, reduces }, k) => ({
    text: `${counters[k] ?? `c${k}`}<${extent}`,
    reduces,
  }))
  const inner = loops.filter(({ reduces }) => reduces).map(({ text }) => text)
  if (nest.varying && !target.buffer.varying) inner.push(example)
  const places = loops.filter(({ reduces }) => !reduces).map(({ text }) => text)
  const where = places.length > 0 ? `   ${places.join(', ')}` : ''
  const left = `${accessText(target, name, digits)} ${adds ? '+=' : '='} `
  if (manner === 'fold') {
    const from = `fold ${inner.join(', ')} from ${expressionText(start!, name, digits)}: `
    return `${left}${from}${expressionText(step, name, digits)}${where}`
  }
  const from = start && !isZero(start) ? `${expressionText(start, name, digits)} + ` : ''
  const sum = inner.length > 0 ? `Σ ${inner.join(', ')}: ` : ''
  return `${left}${from}${sum}${expressionText(step, name, digits)}${where}`
}

function isZero(x: Expression<Access>): boolean {
  return x.kind === 'literal' && x.value === 0
}

/** A place of a buffer: v2[e, 4i + 3]. */
export function accessText(access: Access, names: Names, digits: Digits = plain): string {
  if (access === totalAccess) return 'total'
  const { buffer, start, strides, table } = access
  const name = digits.name(names(buffer), buffer)
  if (buffer.size === 1 && !buffer.varying) return name
  if (buffer.size === 1) return `${name}[${example}]`
  const terms = strides.flatMap((stride, k) => {
    if (stride === 0) return []
    const counter = counters[k] ?? `c${k}`
    return [stride === 1 ? counter : `${stride}${counter}`]
  })
  const affine = terms.length > 0 ? terms.join(' + ') + digits.term(start) : digits.place(start)
  const place = table ? `at[${affine}]${digits.shift(table)}` : affine
  return `${name}[${buffer.varying ? `${example}, ` : ''}${place}]`
}

/** Operations with a sign of their own stand between their operands, others before them. */
export function expressionText(x: Expression<Access>, name: Names, digits: Digits = plain): string {
  if (x.kind === 'literal') return `${x.value}`
  if (x.kind === 'read') return accessText(x.read, name, digits)
  const args = x.args.map((arg) => expressionText(arg, name, digits))
  if (!isInfix(x)) return `${digits.word(x.op.name, x.op)}(${args.join(', ')})`
  const operands = x.args.map((arg, i) => (isInfix(arg) ? `(${args[i]})` : args[i]))
  return operands.join(` ${digits.word(x.op.symbol, x.op)} `)
}

function isInfix(x: Expression<Access>): boolean {
  return x.kind === 'apply' && x.op.arity === 2 && x.op.symbol !== x.op.name
}
