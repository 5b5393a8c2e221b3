/** `chainrule graph` and `chainrule explain`, as one types them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { command, type Ended } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'chainrule-cli-view-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: string[]): Ended => command(folder, args)

const formula = ['relu(a*b + b**3)', 'a=-3', 'b=2']

describe('chainrule graph', () => {
  test('without a file the terminal', () => {
    const { status, stdout } = run('graph', ...formula)
    expect(status).toBe(0)
    expect(stdout).toBe(
      [
        'relu        data  2.0000 │ grad 1.0000',
        '└─ +        data  2.0000 │ grad 1.0000',
        '   ├─ ×     data -6.0000 │ grad 1.0000',
        '   │  ├─ a  data -3.0000 │ grad 2.0000',
        '   │  └─ b  data  2.0000 │ grad 9.0000',
        '   └─ pow   data  8.0000 │ grad 1.0000',
        '      ├─ ↑ b',
        '      └─ 3',
        '',
      ].join('\n'),
    )
  })

  test.each([
    ['svg', /^<svg [^]*<\/svg>\s*$/],
    ['png', /^.PNG\r\n/s],
    ['dot', /^digraph /],
    ['html', /^<!doctype html>/i],
    ['txt', /^relu /],
    ['json', /^\{[^]*"roots"/],
    ['SVG', /^<svg /],
  ])('-o graph.%s', (ending, form) => {
    const { status, stdout, stderr } = run('graph', ...formula, '-o', `graph.${ending}`)
    expect([status, stdout, stderr]).toEqual([0, '', `graph.${ending}\n`])
    expect(readFileSync(join(folder, `graph.${ending}`), 'latin1')).toMatch(form)
  })

  test('partials on the edges, colours, --json', () => {
    run('graph', ...formula, '-o', 'plain.svg', '--theme', 'light')
    run('graph', ...formula, '-o', 'partials.svg', '--theme', 'light', '--partials')
    const [plain, partials] = ['plain.svg', 'partials.svg'].map((name) =>
      readFileSync(join(folder, name), 'utf8'),
    )
    expect(plain).not.toContain('12.0000')
    expect(partials).toContain('12.0000')
    const { values } = JSON.parse(run('graph', ...formula, '--json').stdout)
    expect(values.map((v: { label?: string }) => v.label).filter(Boolean)).toEqual(['a', 'b'])
  })

  test('numbers may be formulas without names, names several letters, a formula may begin with a sign', () => {
    expect(run('graph', '-rate*x', 'rate=1/4', 'x=-PI').stdout).toMatch(/^× +data +0\.7854/)
  })

  test.each([
    [['-b ** 2', 'b=2'], /two readings: write -\(b \*\* 2\) or \(-b\) \*\* 2[^]*\n {5}\^\n$/],
    [['a ^ 2', 'a=2'], /write a \*\* 2/],
    [['(a + b', 'a=1', 'b=2'], /never closed/],
    [['a + b', 'a=1'], /no number for b: write b=2 after the formula/],
    [['a', 'a=1', 'c=2'], /c=2: the formula has a, but no c/],
    [['a', 'a=1', 'a=2'], /a is given twice/],
    [['a', 'a=one'], /expected name=number, such as x=2, got 'a=one'/],
    [['a', '+', 'b'], /put the formula in quotes/],
    [['foo(a)', 'a=1'], /foo/],
    [['a', 'a=1', '--thme', 'dark'], /unknown option '--thme'/],
    [['a', 'a=1', '-o', 'a.gif'], /ends in \.svg/],
    [['a', 'a=1', '-o', '/proc/nowhere/a.svg'], /cannot write \/proc\/nowhere\/a\.svg/],
    [['a', 'a=1', '--open', 'layers.7', '-o', 'a.svg'], /layers\.7/],
  ])('refuses %j with one clear message and leaves nothing', (args, message) => {
    const before = readdirSync(folder)
    const { status, stdout, stderr } = run('graph', ...args)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^chainrule: /)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\bat .*\.js:\d/)
    expect(readdirSync(folder)).toEqual(before)
  })
})

describe('chainrule explain', () => {
  const sine = ['x*y + sin(x)', 'x=2', 'y=3']

  test('one name', () => {
    const { status, stdout } = run('explain', ...sine, '--wrt', 'x')
    expect(status).toBe(0)
    expect(stdout).toContain('f = x · y + sin(x) = 6.9093')
    expect(stdout).toMatch(/−0\.416147 += cos\(x\) · 1 through sin\(x\)/)
    expect(stdout).not.toContain('∂f/∂y')
  })

  test('every name, by the name of the result', () => {
    const { stdout } = run('explain', 'd = a*b; g = tanh(d)', 'a=1', 'b=2')
    expect(stdout).toMatch(/∂g\/∂a = [\d.]+ comes by 1 way[^]*∂g\/∂b = [\d.]+ comes by 1 way/)
  })

  test('--json, .json, .txt and .html', () => {
    const told = JSON.parse(run('explain', ...sine, '--wrt', 'x', '--json').stdout)
    expect(told).toMatchObject({ gradient: 3 + Math.cos(2), ways: 2, check: { passed: true } })
    for (const name of ['e.json', 'e.txt', 'e.html'])
      expect(run('explain', ...sine, '-o', name)).toMatchObject({ status: 0, stdout: '' })
    expect(JSON.parse(readFileSync(join(folder, 'e.json'), 'utf8'))).toHaveLength(2)
    expect(readFileSync(join(folder, 'e.txt'), 'utf8')).toContain('the sum of')
    const html = readFileSync(join(folder, 'e.html'), 'utf8')
    expect(html).toMatch(/^<!doctype html>[^]*<math>[^]*<\/html>\n$/)
    expect(html).not.toMatch(/<script|https?:/)
  })

  test.each([
    [[...sine, '--wrt', 'z'], /--wrt z: the formula has x, y/],
    [['1 + 2'], /no names/],
    [[...sine, '--terms', '0'], /expected a whole number above 0/],
    [[...sine, '-o', 'e.pdf'], /ends in \.html/],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = run('explain', ...args)
    expect(status).toBe(1)
    expect(stderr).toMatch(message)
  })
})
