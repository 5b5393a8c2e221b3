/** An error of a program as the page shows it: what, where in the program, and what to write instead. */
import { Value } from 'chainrule'
import type { Failure } from '../message.ts'
import { exporterOf } from './modules.ts'
import { fileName, Mistake } from './program.ts'
import { textOf } from './print.ts'

/** `shift`: letters before the first line, which its columns count. */
export function failureOf(error: unknown, shift: number): Failure {
  if (error instanceof Mistake) return error.failure
  if (!(error instanceof Error)) return { name: 'Thrown', message: textOf(error) }
  const { name, message } = error
  return { name, message, ...placeOf(error.stack ?? '', shift), hint: hintOf(error) }
}

/** The innermost place that is the program's own. */
function placeOf(stack: string, shift: number): Pick<Failure, 'line' | 'column'> {
  const found = new RegExp(`${fileName.replace('.', '\\.')}:(\\d+):(\\d+)`).exec(stack)
  if (found === null) return {}
  const [line, column] = [Number(found[1]), Number(found[2])]
  return { line, column: line === 1 ? Math.max(1, column - shift) : column }
}

const hints: readonly (readonly [
  RegExp,
  string | ((found: RegExpExecArray) => string | undefined),
])[] = [
  [
    /^operators cannot follow a Value/,
    'JavaScript does not let a library say what * or > mean, so the product would be a number without ' +
      'a history. Write a.mul(b) for a * b, a.add(b) for a + b, a.sub(b), a.div(b), a.pow(2), a.neg(); a.gt(0) for a > 0.',
  ],
  [/^(\w+) is not defined$/, (found) => undefinedHint(found[1]!)],
  [
    /^(.+)\.(\w+) is not a function$/,
    (found) =>
      Reflect.has(Value.prototype, found[2]!)
        ? `${found[1]} seems to be no Value. Numbers have no methods: write value(2).${found[2]}(…), or the function ${found[2]}(2, …).`
        : undefined,
  ],
  [
    /Failed to fetch|NetworkError|Load failed|Content Security Policy|violates|dynamically imported/,
    'Programs run in a closed sandbox here, which sends no request to anywhere.',
  ],
  [/call stack/, 'A function calls itself without an end.'],
]

function hintOf(error: Error): string | undefined {
  for (const [pattern, hint] of hints) {
    const found = pattern.exec(error.message)
    if (found === null) continue
    const words = typeof hint === 'string' ? hint : hint(found)
    if (words !== undefined) return words
  }
  return ['NetworkError', 'SecurityError'].includes(error.name)
    ? (hints[3]![1] as string)
    : undefined
}

const ofPages = new Set(['document', 'window', 'localStorage', 'sessionStorage', 'alert', 'prompt'])

function undefinedHint(name: string): string | undefined {
  if (ofPages.has(name))
    return 'Programs run apart from the page here: it and its storage are out of their reach.'
  const path = exporterOf(name)
  return path === undefined ? undefined : `Write import { ${name} } from '${path}' at the top.`
}
