/** Parameters by dotted names as a tree of PyTorch's modules: the same names in its state dictionary. */
import type { Tensor } from '../tensor/tensor.ts'
import { attributeName } from './names.ts'

/** A parameter, or a module of more. */
type Branch = Tensor | Tree
type Tree = Map<string, Branch>

const isTree = (branch: Branch | undefined): branch is Tree => branch instanceof Map

/** A program's parameters, declared and named. */
export class ParameterTree {
  /** `self.layers[0].weight` and so on. */
  readonly paths = new Map<Tensor, string>()
  /** The name in the state dictionary. */
  readonly keys = new Map<Tensor, string>()
  /** torch.nn.Linear modules: the path by weight, and the bias that each has. */
  readonly linears = new Map<Tensor, { readonly path: string; readonly bias: Tensor | undefined }>()
  /** Lines of `__init__`. */
  readonly lines: readonly string[]
  /** A module without a class of its own is among them. */
  usesPart = false

  constructor(parameters: readonly Tensor[]) {
    const root: Tree = new Map()
    for (const tensor of parameters) plant(root, tensor.name.split('.'), tensor)
    this.lines = [...root].map(([name, branch]) => {
      const attribute = attributeName(name)
      return `self.${attribute} = ${this.#declared(branch, `self.${attribute}`, attribute)}`
    })
  }

  #declared(branch: Branch, path: string, key: string): string {
    if (!isTree(branch)) {
      this.paths.set(branch, path)
      this.keys.set(branch, key)
      return `nn.Parameter(torch.empty(${shapeText(branch.shape)}))`
    }
    return (
      this.#linear(branch, path, key) ??
      this.#list(branch, path, key) ??
      this.#part(branch, path, key)
    )
  }

  #linear(tree: Tree, path: string, key: string): string | undefined {
    const [weight, bias] = [tree.get('weight'), tree.get('bias')]
    if (weight === undefined || isTree(weight) || isTree(bias) || weight.shape.length !== 2)
      return undefined
    if (tree.size !== (bias ? 2 : 1)) return undefined
    const [fanOut, fanIn] = weight.shape as [number, number]
    if (bias !== undefined && bias.shape.join() !== `${fanOut}`) return undefined
    this.linears.set(weight, { path, bias })
    this.#declared(weight, `${path}.weight`, `${key}.weight`)
    if (bias !== undefined) this.#declared(bias, `${path}.bias`, `${key}.bias`)
    return `nn.Linear(${fanIn}, ${fanOut}${bias ? '' : ', bias=False'})`
  }

  #list(tree: Tree, path: string, key: string): string | undefined {
    const branches = [...tree.values()]
    if (![...tree.keys()].every((name, i) => name === String(i))) return undefined
    const modules = branches.every(isTree)
    if (!modules && branches.some(isTree)) return undefined
    const items = branches.map((b, i) => this.#declared(b, `${path}[${i}]`, `${key}.${i}`))
    return `nn.${modules ? 'Module' : 'Parameter'}List([${items.join(', ')}])`
  }

  #part(tree: Tree, path: string, key: string): string {
    this.usesPart = true
    const items = [...tree].map(([name, branch]) => {
      const attribute = attributeName(name)
      return `${attribute}=${this.#declared(branch, `${path}.${attribute}`, `${key}.${attribute}`)}`
    })
    return `Part(${items.join(', ')})`
  }
}

/** A module whose parts are told when it is made. */
export const partClass: readonly string[] = [
  'class Part(nn.Module):',
  '    """Parameters and modules by name."""',
  '',
  '    def __init__(self, **parts):',
  '        super().__init__()',
  '        for name, part in parts.items():',
  '            setattr(self, name, part)',
]

function plant(tree: Tree, [first, ...rest]: readonly string[], tensor: Tensor): void {
  if (rest.length === 0) {
    if (tree.has(first!)) throw new RangeError(`two parameters are called ${tensor.name}.`)
    tree.set(first!, tensor)
    return
  }
  const next = tree.get(first!) ?? new Map<string, Branch>()
  if (!isTree(next)) throw new RangeError(`${tensor.name}: ${first} is a parameter itself.`)
  tree.set(first!, next)
  plant(next, rest, tensor)
}

/** `(3, 2)` as Python writes a tuple; `()` of a single number, `3` of a list. */
function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `${shape[0]}` : `(${shape.join(', ')})`
}
