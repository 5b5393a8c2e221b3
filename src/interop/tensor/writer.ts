import type { Buffer } from '../../lift/buffer.ts'
import type { Group } from '../../lift/group.ts'
import type { Access, Nest } from '../../lift/index.ts'
import type { Names } from '../../lift/names.ts'
import { nestText } from '../../lift/text.ts'
import type { Row } from '../../ops.ts'
import { columnOf } from './column.ts'
import { summed, thinOf } from './contraction.ts'
import { Elementwise, plain, type Read } from './elementwise.ts'
import { type Extent, type Layout, readOf, walked } from './layout.ts'
import { type Listed, listedOf, reductionOf } from './reduction.ts'
import { narrowed } from './narrowed.ts'
import { joined, sizeOf, type Statement, type Tensor, type TensorExpression } from './tensor.ts'

/** So many statements at most are made of a nest whose parameters lie in several tensors. */
const mostPieces = 4

/** Nests become statements, one after the other; what they write is remembered by place. */
export class Writer {
  readonly statements: Statement[] = []
  readonly #names: Names
  readonly #reduces: (op: Row) => boolean
  readonly #layouts: Map<Buffer, Layout>
  readonly #buffers = new Map<Group, Buffer>()

  constructor(
    names: Names,
    reduces: (op: Row) => boolean,
    known: Iterable<readonly [Buffer, Layout]>,
  ) {
    this.#names = names
    this.#reduces = reduces
    this.#layouts = new Map(known)
    for (const buffer of this.#layouts.keys()) this.#tell(buffer)
  }

  /** The buffers that nests read. */
  static buffersOf(nests: readonly Nest[]): Set<Buffer> {
    return new Set(nests.flatMap(({ reads }) => reads.map(({ buffer }) => buffer)))
  }

  layoutOf(buffer: Buffer): Layout {
    const layout = this.#layouts.get(buffer)
    if (layout === undefined) throw new Error(`a ${buffer.purpose} is read before it is written`)
    return layout
  }

  /** One statement, or one for each of a few tensors of parameters. */
  add(nest: Nest): void {
    const { buffer } = nest.target
    this.#tell(buffer)
    const pieces = this.#pieces(nest)
    const name = this.#names(buffer)
    pieces.forEach((piece, k) => this.#write(piece, pieces.length === 1 ? name : `${name}_${k}`))
  }

  #tell(buffer: Buffer): void {
    if (buffer.group !== undefined && buffer.purpose !== 'adjoint')
      this.#buffers.set(buffer.group, buffer)
  }

  #write(nest: Nest, name: string): void {
    const step = plain(nest.step)
    if (nest.manner === 'each' && step.kind === 'read') {
      this.#place(nest, this.#alias(nest, step.read))
      return
    }
    const loops = nestText(nest, this.#names)
    const listed = this.#listed(nest)
    const reduction = listed && reductionOf(listed, this.#read(listed.nest))
    if (reduction === undefined) this.#state(nest, this.#value(nest), name, loops)
    else this.#state(listed!.nest, reduction, name, loops)
  }

  #state(nest: Nest, value: TensorExpression, name: string, loops: string): void {
    const { buffer } = nest.target
    const extent = (axis: number): number => nest.counters[axis]?.extent ?? 1
    const { axes, varying } = value
    const shape = axes.map(extent)
    const target: Tensor = { name, purpose: 'result', shape, varying, numbers: [] }
    this.statements.push({ target, value, loops })
    const strides = extentsOf(nest).map(({ counter }) => {
      const axis = axes.indexOf(counter)
      return axis < 0 ? 0 : sizeOf(shape.slice(axis + 1))
    })
    const at: Access = { buffer, start: 0, strides, table: undefined }
    this.#place(nest, { tensors: [target], places: placesOf(nest, at) })
  }

  /** A nest that only copies needs no statement: its places are those that it reads. */
  #alias(nest: Nest, access: Access): Layout {
    const { tensors, owners, places } = this.layoutOf(access.buffer)
    const read = placesOf(nest, access)
    return {
      tensors,
      owners: read.map((place) => owners?.[place] ?? 0),
      places: read.map((place) => places?.[place] ?? place),
    }
  }

  /** Remembers where the places that a nest writes are now. */
  #place(nest: Nest, { tensors, owners, places }: Layout): void {
    const { buffer } = nest.target
    const before = this.#layouts.get(buffer)
    const written = placesOf(nest, nest.target)
    const ordered = written.length === buffer.size && written.every((place, i) => place === i)
    const inOrder = places?.every((place, i) => place === i) && tensors.length === 1
    if (ordered && inOrder && sizeOf(tensors[0]!.shape) === buffer.size) {
      this.#layouts.set(buffer, { tensors })
      return
    }
    const all = [...(before?.tensors ?? []), ...tensors]
    const ownerAt = [...(before?.owners ?? new Array<number>(buffer.size).fill(0))]
    const placeAt = [...(before?.places ?? new Array<number>(buffer.size).fill(0))]
    written.forEach((place, i) => {
      ownerAt[place] = (before?.tensors.length ?? 0) + (owners?.[i] ?? 0)
      placeAt[place] = places![i]!
    })
    this.#layouts.set(buffer, { tensors: all, owners: ownerAt, places: placeAt })
  }

  #value(nest: Nest): TensorExpression {
    const all = extentsOf(nest)
    const elementwise = new Elementwise(this.#read(nest))
    const over = all.filter(({ counter }) => nest.counters[counter]!.reduces)
    if (nest.manner === 'each')
      return thinOf(nest.step, { all, over }, elementwise) ?? this.#each(nest, elementwise)
    if (nest.manner === 'sum') return summed(nest.step, nest.start, { all, over }, elementwise)
    const initial = elementwise.of(nest.start!)
    const { axes, varying } = joined([initial, elementwise.of(nest.step)])
    const own = {
      axes: axes.filter((axis) => !over.some(({ counter }) => counter === axis)),
      varying,
    }
    const step = new Elementwise(this.#read(nest), own).of(nest.step)
    return { kind: 'fold', over, initial, step, ...own }
  }

  /** Element by element; what is computed from columns alone stays one. */
  #each({ counters, step }: Nest, elementwise: Elementwise): TensorExpression {
    const value = elementwise.of(step)
    return (value.axes.length === 0 ? columnOf(value, counters.length) : undefined) ?? value
  }

  /** The lists that a row of lists reads, where the target has it as one operation. */
  #listed(nest: Nest): Listed | undefined {
    const { group } = nest.target.buffer
    if (nest.manner === 'sum' || !group?.op || !this.#reduces(group.op)) return undefined
    return listedOf(group, nest.target.buffer, (g) => this.#buffers.get(g))
  }

  #read(nest: Nest): Read {
    const extents = extentsOf(nest)
    return (access) => readOf(this.layoutOf(access.buffer), access, extents)
  }

  /** The nest along a loop at whose turns it reads other tensors, if there are few of them. */
  #pieces(nest: Nest): Nest[] {
    for (const access of nest.reads) {
      const x = this.#read(nest)(access)
      if (x.kind !== 'concat' || nest.counters[x.along]!.reduces || x.parts.length > mostPieces)
        continue
      let start = 0
      return x.parts.flatMap(({ extent }) => {
        const piece = narrowed(nest, x.along, start, extent)
        start += extent
        return this.#pieces(piece)
      })
    }
    return [nest]
  }
}

function extentsOf({ counters }: Nest): Extent[] {
  return counters.map(({ extent }, counter) => ({ counter, extent }))
}

/** The places of an access at every turn that writes another place. */
function placesOf({ counters }: Nest, { start, strides, table }: Access): number[] {
  const moves = counters.flatMap(({ extent, reduces }, counter) =>
    reduces ? [] : [{ counter, extent, stride: strides[counter] ?? 0 }],
  )
  return walked(start, moves).map((place) => table?.[place] ?? place)
}
