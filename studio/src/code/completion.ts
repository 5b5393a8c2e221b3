/** Names of chainrule, completed and explained: in imports, bare (the import is written too), after a dot. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { syntaxTree } from '@codemirror/language'
import type { EditorView } from '@codemirror/view'
import type { SyntaxNode } from '@lezer/common'
import type { Name, Names } from '../../../scripts/names.ts'
import { Kinds, pathOf } from './kinds.ts'

/** A source of completions; `show` and the console are the sandbox's own. */
export function completing(names: Names): (at: CompletionContext) => CompletionResult | null {
  return (at) => {
    const node = syntaxTree(at.state).resolveInner(at.pos, -1)
    const text = at.state.doc.toString()
    const declaration = enclosing(node, 'ImportDeclaration')
    if (declaration !== undefined) return inImport(at, node, declaration, text, names)
    if (/^(String|TemplateString|LineComment|BlockComment)$/.test(node.name)) return null
    const word = at.matchBefore(/[\w$]*$/)!
    if (text[word.from - 1] === '.') return afterDot(at, word.from, text, names)
    if (word.from === word.to && !at.explicit) return null
    if (/^(VariableDefinition|PropertyDefinition)$/.test(node.name)) return null
    const { imported } = new Kinds(syntaxTree(at.state), text, names)
    return { from: word.from, options: bare(names, imported), validFor: /^[\w$]*$/ }
  }
}

function inImport(
  at: CompletionContext,
  node: SyntaxNode,
  declaration: SyntaxNode,
  text: string,
  names: Names,
): CompletionResult | null {
  if (node.name === 'String')
    return {
      from: node.from + 1,
      to: Math.max(node.from + 1, text[node.to - 1] === text[node.from] ? node.to - 1 : node.to),
      options: Object.keys(names.modules).map((label) => ({ label, type: 'namespace' })),
    }
  const word = at.matchBefore(/[\w$]*$/)!
  if (enclosing(node, 'ImportGroup') === undefined) return null
  const path = pathOf(declaration, text) ?? ''
  const modules = path in names.modules ? [path] : Object.keys(names.modules)
  const options = modules.flatMap((path) => names.modules[path]!.map((name) => option(name, path)))
  return { from: word.from, options, validFor: /^[\w$]*$/ }
}

function afterDot(
  at: CompletionContext,
  from: number,
  text: string,
  names: Names,
): CompletionResult | null {
  const tree = syntaxTree(at.state)
  const receiver = tree.resolveInner(from - 1, -1)
  const kinds = new Kinds(tree, text, names)
  const kind = kinds.of(expression(receiver, from - 1))
  // What is not known is most often a Value; then a letter is waited for, so that lists are left in peace.
  if (kind === undefined && from === at.pos && !at.explicit) return null
  const members = names.members[kind ?? 'Value'] ?? []
  return {
    from,
    options: members.map((name) => option(name, operandsOf(name))),
    validFor: /^[\w$]*$/,
  }
}

/** The largest expression that ends at `end`, where a dot follows. */
function expression(node: SyntaxNode, end: number): SyntaxNode {
  let found = node
  while (
    found.parent !== null &&
    found.parent.to === end &&
    found.parent.name.endsWith('Expression')
  )
    found = found.parent
  return found
}

function bare(names: Names, imported: ReadonlyMap<string, Name>): Completion[] {
  const options: Completion[] = [
    {
      label: 'show',
      type: 'function',
      detail: '(value | svg)',
      info: 'Draws it beside the program.',
    },
    { label: 'console', type: 'variable' },
    { label: 'Math', type: 'variable' },
  ]
  for (const [local, name] of imported)
    options.push({ ...option(name, 'imported'), label: local, boost: 2 })
  for (const [path, exports] of Object.entries(names.modules))
    for (const name of exports)
      if (name.kind !== 'type' && imported.get(name.name) !== name)
        options.push({ ...option(name, path), apply: importing(name.name, path), boost: -1 })
  return options
}

/** `(b)` of a method, where it is short. */
function operandsOf({ signature }: Name): string {
  const operands = /\((.*?)\): /.exec(signature)?.[1] ?? ''
  const names = operands.replaceAll(/: [^,]*/g, '')
  return signature.includes('(') && names.length < 24 ? `(${names})` : ''
}

const types = { function: 'function', class: 'class', constant: 'variable', type: 'type' } as const

function option(name: Name, from: string): Completion {
  return { label: name.name, type: types[name.kind], detail: from, info: () => explained(name) }
}

/** Signature and words of a name. */
export function explained(name: Name): HTMLElement {
  const about = document.createElement('div')
  about.className = 'cm-about'
  const signature = document.createElement('code')
  signature.textContent = name.signature
  about.append(signature)
  if (name.doc !== '') {
    const words = document.createElement('p')
    words.append(...marked(name.doc))
    about.append(words)
  }
  return about
}

/** What stands between backticks is code. */
function marked(text: string): Node[] {
  return text.split('`').map((part, i) => {
    const node = i % 2 === 1 ? document.createElement('code') : new Text(part)
    if (i % 2 === 1) node.textContent = part
    return node
  })
}

/** Writes the name, and its import where that is missing. */
function importing(name: string, path: string) {
  return (view: EditorView, _: Completion, from: number, to: number): void => {
    view.dispatch({
      changes: [{ from, to, insert: name }, importOf(view, name, path)],
      selection: { anchor: from + name.length + importOf(view, name, path).insert.length },
      userEvent: 'input.complete',
    })
  }
}

function importOf(view: EditorView, name: string, path: string): { from: number; insert: string } {
  const text = view.state.doc.toString()
  const declarations = syntaxTree(view.state).topNode.getChildren('ImportDeclaration')
  const same = declarations.find((node) => pathOf(node, text) === path)
  const last = same?.getChild('ImportGroup')?.getChildren('VariableDefinition').at(-1)
  if (last !== undefined) return { from: last.to, insert: `, ${name}` }
  return { from: 0, insert: `import { ${name} } from '${path}'\n` }
}

function enclosing(node: SyntaxNode, name: string): SyntaxNode | undefined {
  for (let at: SyntaxNode | null = node; at !== null; at = at.parent)
    if (at.name === name) return at
  return undefined
}
