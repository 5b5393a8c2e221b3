/**
 * A program as a function that can be run. Types are taken out and imports moved to the front with every
 * line and column where it was, so that the places that errors name are those of the editor.
 */
import {
  type ImportDeclaration,
  type ModuleDeclaration,
  type Node,
  parse,
  type Program,
} from 'acorn'
import { transform } from 'sucrase'
import type { Failure } from '../message.ts'
import { type Exports, missing, modules, nearest } from './modules.ts'

/** What stack traces call the program. */
export const fileName = 'program.ts'

/** A mistake that is seen before the program runs. */
export class Mistake extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

export interface Runnable {
  /** How many letters stand before the first line of the program. */
  readonly shift: number
  run(): Promise<unknown>
}

type Main = (
  take: (path: string) => Exports,
  load: (path: unknown) => Promise<Exports>,
) => Promise<unknown>

/** Throws a Mistake if `source` is no program. */
export function programOf(source: string): Runnable {
  const code = withoutTypes(source)
  const tree = treeOf(code)
  const text = new Editing(code)
  const head: string[] = []
  for (const node of tree.body)
    if (node.type === 'ImportDeclaration') {
      head.push(bindings(node))
      text.blank(node.start, node.end)
    } else if (node.type.startsWith('Export')) unexport(node as ModuleDeclaration, text)
  walk(tree, (node) => {
    if (node.type === 'ImportExpression') text.put(node.start, load)
  })
  const before = `self.$main = (async ($take, ${load}) => { "use strict"; ${head.join(' ')} `
  const main = mainOf(`${before}${text.text}\n})\n//# sourceURL=${fileName}`)
  return { shift: before.length, run: () => main((path) => modules.get(path)!, loaded) }
}

interface Scope {
  $main?: Main
  importScripts(url: string): void
}

/** A script with an address, which ends in its name: WebKit has no places in stack traces of what `eval` ran. */
function mainOf(script: string): Main {
  const scope = self as unknown as Scope
  const wellFormed = new TextDecoder().decode(new TextEncoder().encode(script))
  scope.importScripts(`data:text/javascript;charset=utf-8,${encodeURIComponent(wellFormed)}`)
  const main = scope.$main!
  delete scope.$main
  return main
}

/** As long as `import`, which it stands for. */
const load = '$load_'

function loaded(path: unknown): Promise<Exports> {
  const found = modules.get(String(path))
  return found === undefined
    ? Promise.reject(new TypeError(missing(String(path))))
    : Promise.resolve(found)
}

function withoutTypes(source: string): string {
  try {
    return transform(source, { transforms: ['typescript'], disableESTransforms: true }).code
  } catch (error) {
    throw syntax(error as Error)
  }
}

function treeOf(code: string): Program {
  try {
    return parse(code, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowReturnOutsideFunction: true,
      locations: true,
    })
  } catch (error) {
    throw syntax(error as Error)
  }
}

/** Both parsers end their messages with the place: `Unexpected token (3:14)`. */
function syntax({ message }: Error): Mistake {
  const place = /\((\d+):(\d+)\)$/.exec(message)
  const words = message.replace(/^Error transforming [^:]*: /, '').replace(/ \(\d+:\d+\)$/, '')
  const [line, column] = place === null ? [] : [Number(place[1]), Number(place[2]) + 1]
  return new Mistake({ name: 'SyntaxError', message: words, line, column })
}

/** `const { a, b: c } = $take("chainrule")`, if there are such names. */
function bindings(node: ImportDeclaration): string {
  const path = String(node.source.value)
  const exports = modules.get(path)
  if (exports === undefined) throw wrongImport(missing(path), node.source)
  const names: string[] = []
  const whole: string[] = []
  for (const part of node.specifiers) {
    if (part.type === 'ImportNamespaceSpecifier') {
      whole.push(`const ${part.local.name} = $take(${JSON.stringify(path)});`)
      continue
    }
    const name =
      part.type === 'ImportDefaultSpecifier'
        ? 'default'
        : part.imported.type === 'Identifier'
          ? part.imported.name
          : String(part.imported.value)
    if (!(name in exports)) {
      const near = nearest(name, exports)
      const meant = near === undefined ? '' : ` Did you mean ${near}?`
      throw wrongImport(`${path} does not export ${name}.${meant}`, part)
    }
    names.push(`${name}: ${part.local.name}`)
  }
  const named = `const { ${names.join(', ')} } = $take(${JSON.stringify(path)});`
  return [...whole, ...(names.length > 0 ? [named] : [])].join(' ')
}

function wrongImport(message: string, { loc }: Node): Mistake {
  const { line, column } = loc!.start
  return new Mistake({ name: 'ImportError', message, line, column: column + 1 })
}

/** What a program exports nobody imports; the declaration itself stays. */
function unexport(node: ModuleDeclaration, text: Editing): void {
  if (node.type === 'ExportNamedDeclaration' && node.declaration != null)
    text.blank(node.start, node.declaration.start)
  else if (node.type === 'ExportDefaultDeclaration') {
    const { declaration } = node
    text.blank(node.start, declaration.start)
    const named = 'id' in declaration && declaration.id != null
    if (!named || !declaration.type.endsWith('Declaration')) text.put(node.start, 'void')
  } else text.blank(node.start, node.end)
}

/** A text in which places stay where they are. */
class Editing {
  text: string
  constructor(text: string) {
    this.text = text
  }
  put(at: number, words: string): void {
    this.text = this.text.slice(0, at) + words + this.text.slice(at + words.length)
  }
  blank(from: number, to: number): void {
    this.put(from, this.text.slice(from, to).replaceAll(/[^\n]/g, ' '))
  }
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const part of Object.values(node) as unknown[])
    for (const item of Array.isArray(part) ? (part as unknown[]) : [part])
      if (typeof item === 'object' && item !== null && 'type' in item && 'start' in item)
        walk(item as Node, visit)
}
