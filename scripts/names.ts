/**
 * What `chainrule` and its subpaths export, with signatures and the first words of their docstrings,
 * read from the declarations: the studio's editor completes and explains from it.
 */
import { resolve } from 'node:path'
import ts from 'typescript'

export interface Name {
  readonly name: string
  readonly kind: 'function' | 'class' | 'constant' | 'type'
  readonly signature: string
  readonly doc: string
}
/** The names of a subpath, by its specifier; the members of a class, by its name. */
export interface Names {
  readonly modules: Readonly<Record<string, readonly Name[]>>
  readonly members: Readonly<Record<string, readonly Name[]>>
}

const root = resolve(import.meta.dirname, '..')

/** Reads `src/<subpath>/index.ts` of each subpath ('' is `chainrule` itself). */
export function namesOf(subpaths: readonly string[]): Names {
  const files = subpaths.map((path) => resolve(root, 'src', path, 'index.ts'))
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const program = ts.createProgram(files, { ...options, types: [] }) // Node's own are not needed
  const reader = new Reader(program.getTypeChecker())
  const modules = subpaths.map((path, i) => [
    path === '' ? 'chainrule' : `chainrule/${path}`,
    reader.exported(program.getSourceFile(files[i]!)!),
  ])
  return documented({ modules: Object.fromEntries(modules), members: reader.members })
}

class Reader {
  readonly members: Record<string, Name[]> = {}
  readonly #checker: ts.TypeChecker

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker
  }

  exported(file: ts.SourceFile): Name[] {
    const checker = this.#checker
    const names = checker.getExportsOfModule(checker.getSymbolAtLocation(file)!).map((symbol) => {
      const alias = (symbol.flags & ts.SymbolFlags.Alias) !== 0
      const target = alias ? checker.getAliasedSymbol(symbol) : symbol
      if ((target.flags & ts.SymbolFlags.Class) !== 0) this.#class(symbol.name, target)
      return this.#name(symbol.name, target, file)
    })
    return names.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  #class(name: string, symbol: ts.Symbol): void {
    const type = this.#checker.getDeclaredTypeOfSymbol(symbol)
    this.members[name] = type
      .getProperties()
      .filter(isPublic)
      .map((member) => this.#name(member.name, member, symbol.valueDeclaration!))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  #name(name: string, symbol: ts.Symbol, at: ts.Node): Name {
    const doc = firstWords(ts.displayPartsToString(symbol.getDocumentationComment(this.#checker)))
    if ((symbol.flags & ts.SymbolFlags.Class) !== 0)
      return { name, kind: 'class', signature: this.#construction(name, symbol), doc }
    if ((symbol.flags & ts.SymbolFlags.Value) === 0)
      return { name, kind: 'type', signature: `type ${name}`, doc }
    const type = this.#checker.getTypeOfSymbolAtLocation(symbol, at)
    const [call] = type.getCallSignatures()
    if (call === undefined)
      return { name, kind: 'constant', signature: short(`${name}: ${this.#text(type)}`), doc }
    return { name, kind: 'function', signature: short(`${name}${this.#call(call)}`), doc }
  }

  #construction(name: string, symbol: ts.Symbol): string {
    const type = this.#checker.getTypeOfSymbolAtLocation(symbol, symbol.valueDeclaration!)
    const [made] = type.getConstructSignatures()
    if (made === undefined) return `class ${name}`
    return short(`new ${name}${this.#call(made).replace(/: [^:]*$/, '')}`)
  }

  #call(signature: ts.Signature): string {
    return this.#checker.signatureToString(signature, undefined, formatting)
  }

  #text(type: ts.Type): string {
    return this.#checker.typeToString(type, undefined, formatting)
  }
}

/** A function of the table has its words from the method of the same name. */
function documented({ modules, members }: Names): Names {
  const words = new Map(members['Value']?.map(({ name, doc }) => [name, doc]))
  const complete = (name: Name): Name =>
    name.doc === '' && name.kind === 'function'
      ? { ...name, doc: words.get(name.name) ?? '' }
      : name
  const entries = Object.entries(modules).map(([path, names]) => [path, names.map(complete)])
  return { modules: Object.fromEntries(entries) as Names['modules'], members }
}

const formatting =
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope | ts.TypeFormatFlags.NoTruncation

/** What every object or error has. */
const common = new Set(['toJSON', 'toString', 'name', 'message', 'stack', 'cause'])

function isPublic(member: ts.Symbol): boolean {
  const hidden = member.getJsDocTags().some(({ name }) => name === 'internal')
  return !hidden && /^[a-z]\w*$/i.test(member.name) && !common.has(member.name)
}

/** The first paragraph, as one line. */
const firstWords = (doc: string): string => doc.split('\n\n')[0]!.replaceAll(/\s+/g, ' ').trim()

/** Signatures are read in a small window. */
function short(signature: string): string {
  const text = signature.replaceAll('Num<Value>', 'Value | number').replaceAll(' | undefined', '')
  return text.length > 240 ? `${text.slice(0, 239)}…` : text
}
