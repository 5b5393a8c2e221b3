/**
 * Which class a name of the program is of, as far as its declaration says so at a glance: enough to complete
 * after a dot and to find `a * b`. A name that is declared twice, differently, is of no class that is known.
 */
import type { SyntaxNode, Tree } from '@lezer/common'
import type { Name, Names } from '../../../scripts/names.ts'

export class Kinds {
  readonly #names: Names
  readonly #text: string
  /** Undefined: a name that is declared with something that is not known. */
  readonly #known = new Map<string, string | undefined>()
  /** What `import` brought, by the name it has here. */
  readonly imported: ReadonlyMap<string, Name>

  constructor(tree: Tree, text: string, names: Names) {
    this.#names = names
    this.#text = text
    this.imported = this.#imports(tree)
    const definitions: SyntaxNode[] = []
    tree.iterate({
      enter: (node) => {
        if (node.name === 'VariableDefinition') definitions.push(node.node)
        return node.name !== 'ImportDeclaration'
      },
    })
    // Twice: a function may be declared below what uses it.
    for (const definition of [...definitions, ...definitions.reverse()]) this.#declare(definition)
  }

  text(node: SyntaxNode): string {
    return this.#text.slice(node.from, node.to)
  }

  /** The class of what an expression gives. */
  of(node: SyntaxNode | null): string | undefined {
    if (node === null) return undefined
    if (node.name === 'VariableName') return this.#known.get(this.text(node))
    if (node.name === 'ParenthesizedExpression')
      return this.of(node.firstChild?.nextSibling ?? null)
    if (node.name === 'NewExpression') return this.#class(node.getChild('VariableName'))
    if (node.name === 'MemberExpression') return this.#result(this.member(node))
    if (node.name === 'CallExpression') return this.#result(this.#callee(node.firstChild))
    if (node.name === 'BinaryExpression' || node.name === 'UnaryExpression')
      return node.getChildren('Expression').some((part) => this.of(part) === 'Value')
        ? 'Value'
        : undefined
    return undefined
  }

  /** The member that `x.name` names. */
  member(node: SyntaxNode): Name | undefined {
    const property = node.getChild('PropertyName')
    const kind = this.of(node.firstChild)
    if (property === null || kind === undefined) return undefined
    const name = this.text(property)
    return this.#names.members[kind]?.find((member) => member.name === name)
  }

  #callee(node: SyntaxNode | null): Name | undefined {
    if (node?.name === 'VariableName') return this.imported.get(this.text(node))
    return node?.name === 'MemberExpression' ? this.member(node) : undefined
  }

  #class(node: SyntaxNode | null): string | undefined {
    const name = node === null ? undefined : this.imported.get(this.text(node))
    return name?.kind === 'class' ? name.name : undefined
  }

  /** `mul(b: Value | number): Value` gives a Value. */
  #result(name: Name | undefined): string | undefined {
    const type = /: (\w+)$/.exec(name?.signature ?? '')?.[1]
    return type !== undefined && type in this.#names.members ? type : undefined
  }

  #declare(definition: SyntaxNode): void {
    const name = this.text(definition)
    const kind = this.#declared(definition)
    if (!this.#known.has(name)) this.#known.set(name, kind)
    else if (this.#known.get(name) !== kind) this.#known.set(name, undefined)
  }

  #declared(definition: SyntaxNode): string | undefined {
    const next = definition.nextSibling
    if (next?.name === 'TypeAnnotation') {
      const type = this.text(next).replace(/^:\s*/, '')
      return type in this.#names.members ? type : undefined
    }
    return next?.name === 'Equals' ? this.of(next.nextSibling) : undefined
  }

  #imports(tree: Tree): ReadonlyMap<string, Name> {
    const found = new Map<string, Name>()
    for (const node of tree.topNode.getChildren('ImportDeclaration')) {
      const path = pathOf(node, this.#text)
      const exports = this.#names.modules[path ?? '']
      const group = node.getChild('ImportGroup')
      if (exports === undefined || group === null) continue
      // `a as b` is a VariableName and the VariableDefinition that follows it.
      for (const local of group.getChildren('VariableDefinition')) {
        const alias = local.prevSibling?.name === 'as' ? local.prevSibling.prevSibling : local
        const name = exports.find((name) => name.name === this.text(alias ?? local))
        if (name !== undefined) found.set(this.text(local), name)
      }
    }
    return found
  }
}

/** The module that an import names. */
export function pathOf(node: SyntaxNode, text: string): string | undefined {
  const path = node.getChild('String')
  return path === null ? undefined : text.slice(path.from + 1, path.to - 1)
}
