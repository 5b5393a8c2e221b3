/** Exported programs against a real PyTorch: their curves and gradients are ours. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineOp, type Value, value } from 'chainrule'
import { compile } from 'chainrule/compile'
import { toPyTorch } from 'chainrule/interop'
import { afterAll, describe, expect, test } from 'vitest'
import { furthest } from './compiled-suite.ts'
import { isIllConditioned, reverse } from './condition.ts'
import { byName, exportedPrograms } from './exported.ts'
import { oddReads } from './odd-reads.ts'
import { randomProgram, run } from './programs.ts'
import { runPyTorch, withoutPyTorch } from './pytorch.ts'
import { curveOf, exported, type Gradient, ours } from './torch-training.ts'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-torch-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Writes programs, and runs them in one process. */
function ran(texts: readonly string[]): { gradient: Gradient; printed: string }[] {
  const files = texts.map((text, k) => {
    const file = join(folder, `program${k}.py`)
    writeFileSync(file, text)
    return file
  })
  return runPyTorch('exported.py', { files }) as ReturnType<typeof ran>
}

describe.skipIf(withoutPyTorch !== undefined)('exported programs', () => {
  test.each([
    ['with a loss of their outputs', false],
    ['as one function', true],
  ])('%s: 100 losses are ours to 1e-9, gradients to 1e-10', async (_, whole) => {
    const programs = exportedPrograms()
    const found = ran(programs.map((program) => exported(program, whole)))
    for (const [k, program] of programs.entries()) {
      const { curve, gradient } = await ours(program)
      const { printed, gradient: theirs } = found[k]!
      expect(Object.keys(theirs).sort()).toEqual(Object.keys(gradient).sort())
      const losses = furthest(curveOf(printed), curve)
      const slopes = Object.keys(gradient).map((name) => furthest(theirs[name]!, gradient[name]!))
      const apart = [losses, Math.max(...slopes)]
      console.log(
        `${program.title}: losses and gradients ${apart.map((x) => x.toExponential(1)).join(', ')} apart`,
      )
      expect(curve.length).toBe(100)
      expect(apart[0], program.title).toBeLessThan(1e-9)
      expect(apart[1], program.title).toBeLessThan(1e-10)
    }
  })

  test('losses that read their numbers in odd ways', async () => {
    const programs = oddReads()
    const found = ran(
      programs.map(({ f, inputs, parameters, columns }) => {
        const data = { columns, batches: [[4, 0, 3, 1]] }
        return toPyTorch(f as never, { inputs, parameters, data })
      }),
    )
    for (const [k, { title, f, inputs, leaves, parameters, columns }] of programs.entries()) {
      const step = await compile(f as (...x: Value[]) => Value, { inputs, parameters: leaves })
      const batch = columns.map((column) => [4, 0, 3, 1].map((i) => column[i]!) as number[])
      const { loss } = step(...batch)
      const { printed, gradient } = found[k]!
      const names = Object.entries(byName(parameters))
      for (const [name, own] of names)
        expect(
          furthest(
            gradient[name]!,
            own.map((leaf) => leaf.grad),
          ),
          `${title}: ${name}`,
        ).toBeLessThan(1e-12)
      expect(furthest(curveOf(printed), [loss]), title).toBeLessThan(1e-12)
      step.dispose()
    }
  })

  test('60 random programs over every row of the table, with their gradients', () => {
    const programs = Array.from({ length: 60 }, (_, seed) => randomProgram(seed))
    const found = ran(
      programs.map((program) => {
        const leaves = program.inputs.map((x) => value(x))
        return toPyTorch((x: Value) => run(program, leaves).add(x), {
          inputs: ['number'],
          parameters: leaves,
          data: { columns: [[0, 0, 0]], batches: [[0, 1, 2]] },
        })
      }),
    )
    let illConditioned = 0
    programs.forEach((program, k) => {
      const { printed, gradient } = found[k]!
      const apart = furthest([...curveOf(printed), ...gradient['p']!], reverse(program))
      if (apart > 1e-10 && isIllConditioned(program, reverse)) illConditioned++
      else expect(apart, `seed ${program.seed}`).toBeLessThan(1e-10)
    })
    expect(illConditioned).toBeLessThan(6)
  })
})

describe('mistakes in an export', () => {
  const w = value(1)
  const f = (x: Value): Value => x.mul(w)
  const data = { columns: [[1, 2]], epochs: 1, batchSize: 2 }
  test.each([
    ['a leaf twice', { parameters: [w, w] }, /a parameter is in the list twice/],
    ['what is no leaf', { parameters: [w.mul(2)] }, /parameters are leaves/],
    ['a loss that reads parameters', { loss: () => w.mul(w) }, /the loss reads parameters/],
    ['too few columns', { data: { ...data, columns: [] } }, /expected 1 columns.*got 0/],
    ['no examples', { data: { ...data, columns: [[]] } }, /expected as many/],
    ['no epochs', { data: { columns: [[1]], batchSize: 1 } }, /epochs is a whole number above 0/],
    ['a batch of strangers', { data: { columns: [[1]], batches: [[1]] } }, /batch 0 has \[1\]/],
  ])('%s', (_, options, message) => {
    expect(() => toPyTorch(f, { inputs: ['number'], parameters: [w], ...options })).toThrow(message)
  })

  test('nothing that a user names can end a comment or a string of the program', () => {
    const name = 'a"""\nimport sys'
    const odd = defineOp({
      name,
      arity: 1,
      symbol: name,
      lower: (m, a) => m.neg(a),
      partials: () => [-1],
    })
    const text = toPyTorch((x: Value) => odd(x).mul(w), {
      inputs: ['number'],
      parameters: { [name]: w },
      names: [name],
      title: name,
      classes: [name],
    })
    expect(text).not.toMatch(/^\s*import sys/m)
    const outside = text.replaceAll(/#.*|'[^']*'|"(?:[^"\\\n]|\\.)+"/g, '')
    expect(outside.match(/"""/g)!.length % 2).toBe(0)
  })
})
