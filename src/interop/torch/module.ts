/** A tensor program as a torch.nn.Module. */
import type { Row } from '../../ops.ts'
import type { Tensor, TensorExpression } from '../tensor/tensor.ts'
import type { TensorProgram } from '../tensor/program.ts'
import { ExpressionText } from './expression.ts'
import type { Surroundings } from './surroundings.ts'
import { Names } from './names.ts'
import { tensorText } from './numbers.ts'
import { indexable, type Python } from './spelling.ts'
import { rowFunction } from './row-function.ts'
import { ParameterTree } from './tree.ts'

/** What all modules of one Python file share: the functions of a user's own rows. */
export class Functions {
  readonly lines: string[] = []
  readonly #names = new Names()

  nameOf(row: Row): string {
    const name = this.#names.of(row, row.name)
    if (!this.#written.has(row)) {
      this.#written.add(row)
      this.lines.push(...rowFunction(row, name), '', '')
    }
    return name
  }

  readonly #written = new Set<Row>()
}

/** A class, and how its parameters are called. */
export interface ModuleText {
  readonly lines: readonly string[]
  readonly tree: ParameterTree
}

/** The class `name` whose `forward` is `program`. */
export function moduleText(
  program: TensorProgram,
  name: string,
  about: string,
  functions: Functions,
): ModuleText {
  const tree = new ParameterTree(program.parameters)
  const names = new Names()
  const inputs = program.inputs.map((tensor) => names.of(tensor, tensor.name))
  const buffers = new Buffers(program.constants)
  const around = surroundings(program, tree, names, buffers, functions)
  const body = bodyOf(program, around)
  const made = [...tree.lines, ...buffers.lines]
  const init =
    made.length === 0
      ? []
      : ['def __init__(self):', '    super().__init__()', ...made.map((line) => `    ${line}`), '']
  return {
    tree,
    lines: [
      `class ${name}(nn.Module):`,
      `    """${about}"""`,
      '',
      ...[
        ...init,
        `def forward(${['self', ...inputs].join(', ')}):`,
        ...body.map((line) => `    ${line}`),
      ].map((line) => (line === '' ? '' : `    ${line}`)),
    ],
  }
}

/** Constants and tables of places: they move with the module, and are not in its state dictionary. */
class Buffers {
  readonly lines: string[] = []
  readonly paths = new Map<Tensor, string>()
  readonly #tables = new Map<string, string>()

  constructor(constants: readonly Tensor[]) {
    constants.forEach((tensor, k) => {
      const name = `constant${constants.length === 1 ? '' : k + 1}`
      this.paths.set(tensor, this.#add(name, tensorText(tensor.numbers, tensor.shape)))
    })
  }

  places(at: readonly number[], extents: readonly number[]): string {
    const text = tensorText(at, extents, true)
    const known = this.#tables.get(text) ?? this.#add(`places${this.#tables.size + 1}`, text)
    this.#tables.set(text, known)
    return known
  }

  #add(name: string, text: string): string {
    this.lines.push(`self.register_buffer('${name}', ${text}, persistent=False)`)
    return `self.${name}`
  }
}

function surroundings(
  program: TensorProgram,
  tree: ParameterTree,
  names: Names,
  buffers: Buffers,
  functions: Functions,
): Surroundings {
  const [input] = program.inputs
  let results = 0
  return {
    nameOf: (tensor) =>
      tree.paths.get(tensor) ?? buffers.paths.get(tensor) ?? names.of(tensor, tensor.name),
    linear(weight, bias) {
      const linear = tree.linears.get(weight)
      return linear && linear.bias === bias ? linear.path : undefined
    },
    places: (at, extents) => buffers.places(at, extents),
    functionOf: (row) => functions.nameOf(row),
    examples: input ? `len(${names.of(input, input.name)})` : '1',
    fresh: () => names.of({}, `s${++results}`),
  }
}

/** A line for each statement under the loop nest that it was, and the result. */
function bodyOf(program: TensorProgram, around: Surroundings): string[] {
  let last = ''
  const lines = program.statements.flatMap(({ target, value, loops }) => {
    const text = new ExpressionText(around)
    const written = text.of(value)
    const whole = written.literal ? `torch.tensor(${written.text})` : written.text
    const comment = loops === last ? [] : [`# ${loops.replaceAll(/[\r\n]+/g, ' ')}`]
    last = loops
    return [...comment, ...text.lines, `${around.nameOf(target)} = ${whole}`]
  })
  return [...lines, ...resultOf(program, around)]
}

function resultOf({ output, outputs }: TensorProgram, around: Surroundings): string[] {
  const text = new ExpressionText(around)
  const python = text.of(output)
  const one = outputs === 1 ? lineOf(output, python, around) : python.text
  const { examples } = around
  const whole = output.varying
    ? one
    : `${python.literal && outputs !== 1 ? `torch.tensor(${one})` : one}.expand(${[examples, ...(outputs === undefined ? [] : [outputs])].join(', ')})`
  return [...text.lines, `return ${whole}`]
}

/** A list of one output: where a tensor is just that list, the tensor itself. */
function lineOf(output: TensorExpression, python: Python, around: Surroundings): string {
  const single = output.kind === 'view' && output.tensor.shape.join() === '1'
  if (single) return around.nameOf(output.tensor)
  return python.literal ? `torch.tensor([${python.text}])` : `${indexable(python)}.unsqueeze(-1)`
}
