/** A graph of ONNX under construction: nodes by what they compute, constants by what they hold. */
import type { Attributes, OnnxNode, OnnxTensor, Type } from './message.ts'

export class OnnxGraph {
  readonly nodes: OnnxNode[] = []
  readonly initializers: OnnxTensor[] = []
  /** That of all numbers that are computed with. */
  readonly type: 'float' | 'double'
  readonly #constants = new Map<string, string>()
  readonly #used = new Set<string>()

  constructor(type: 'float' | 'double') {
    this.type = type
  }

  /** A name that nothing has yet. */
  name(wanted: string): string {
    let name = wanted
    for (let k = 2; this.#used.has(name); k++) name = `${wanted}_${k}`
    this.#used.add(name)
    return name
  }

  /** The result of an operator. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}, wanted = op): string {
    const output = this.name(wanted)
    this.nodes.push({ op, inputs, output, attributes })
    return output
  }

  /** A tensor of the file, under its own name. */
  tensor(wanted: string, numbers: readonly number[], shape: readonly number[], type: Type): string {
    const name = this.name(wanted)
    this.initializers.push({ name, type, shape, numbers })
    return name
  }

  /** Numbers to compute with; the same ones are kept once. */
  constant(numbers: readonly number[], shape: readonly number[], type: Type = this.type): string {
    const key = `${type} ${shape.join()} ${numbers.map((x) => (Object.is(x, -0) ? '-0' : x)).join()}`
    const known = this.#constants.get(key) ?? this.tensor('constant', numbers, shape, type)
    this.#constants.set(key, known)
    return known
  }

  number(x: number): string {
    return this.constant([x], [])
  }

  /** Whole numbers, as axes, sizes and places are told. */
  whole(list: readonly number[]): string {
    return this.constant(list, [list.length], 'int64')
  }
}
