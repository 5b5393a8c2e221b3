/** The encoder of WebAssembly: numbers of any size, every instruction of the table, text back. */
import { describe, expect, test } from 'vitest'
import { Bytes } from '../src/compile/wasm/bytes.ts'
import { FunctionBuilder } from '../src/compile/wasm/function.ts'
import { type Instruction, instructions, typeOf } from '../src/compile/wasm/instructions.ts'
import { encodeModule } from '../src/compile/wasm/module.ts'
import { i32, type Node, op } from '../src/compile/wasm/node.ts'
import { toWat } from '../src/compile/wasm/text.ts'
import './relaxed-simd.ts'

interface Instance {
  readonly exports: Record<string, (...x: number[]) => number>
}

/** The engine's own; neither Node's types nor ECMAScript's have it. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    validate(bytes: Uint8Array): boolean
    Memory: new (limits: object) => object
    Module: new (bytes: Uint8Array) => object
    Instance: new (module: object, imports: object) => Instance
  }
}

const written = (write: (bytes: Bytes) => void): number[] => {
  const bytes = new Bytes()
  write(bytes)
  return [...bytes.done()]
}

/** LEB128, read by the definition: groups of seven bits, the lowest first, in exact integers. */
function decoded(bytes: readonly number[], signed: boolean): bigint {
  let [x, shift] = [0n, 0n]
  for (const byte of bytes) {
    x |= BigInt(byte & 0x7f) << shift
    shift += 7n
  }
  const negative = signed && (bytes.at(-1)! & 0x40) !== 0
  return negative ? x - (1n << shift) : x
}

describe('LEB128', () => {
  const edges = [0, 1, 63, 64, 127, 128, 8191, 8192, 16_383, 16_384, 2 ** 21, 2 ** 28, 2 ** 31 - 1]

  test.each([...edges, 2 ** 31, 2 ** 32 - 1, 2 ** 35])('unsigned %d', (x) => {
    const bytes = written((b) => b.unsigned(x))
    expect(decoded(bytes, false)).toBe(BigInt(x))
    expect(bytes).toHaveLength(Math.max(1, Math.ceil(x.toString(2).length / 7)))
    expect(bytes.slice(0, -1).every((byte) => byte >= 0x80)).toBe(true)
    expect(bytes.at(-1)).toBeLessThan(0x80)
  })

  test.each([...edges, ...edges.map((x) => -x), -65, -129, -8193, -(2 ** 31)])('signed %d', (x) => {
    const bytes = written((b) => b.signed(x))
    expect(decoded(bytes, true)).toBe(BigInt(x))
    expect(bytes.slice(0, -1).every((byte) => byte >= 0x80)).toBe(true)
    // One byte less would hold another number.
    if (bytes.length > 1) {
      const shorter = bytes
        .slice(0, -1)
        .map((byte, i, all) => (i < all.length - 1 ? byte : byte & 0x7f))
      expect(decoded(shorter, true)).not.toBe(BigInt(x))
    }
  })

  test('more bytes than fit at first', () => {
    const long = Uint8Array.from({ length: 5000 }, (_, i) => i)
    expect(written((b) => b.sized((inner) => inner.all(long))).slice(2)).toEqual([...long])
  })
})

/** A function of one instruction on constants, its result dropped into memory or given back. */
function oneOf(name: keyof typeof instructions): FunctionBuilder {
  const { takes, gives, immediate }: Instruction = instructions[name]
  const f = new FunctionBuilder('f', [])
  const constant = (letter: string): Node => {
    const type = typeOf[letter]!
    if (type === 'i32') return i32(0)
    if (type === 'v128') return op('v128.const', { bytes: new Uint8Array(16) })
    return type === 'f32' ? op('f32.convert_i32_s', i32(1)) : op('f64.convert_i32_s', i32(1))
  }
  const operands = takes.split('').map(constant)
  const immediates = {
    ...(immediate.startsWith('offset') && { offset: 16 }),
    ...(immediate.endsWith('lane') && { lane: 1 }),
    ...(immediate === 'bytes' && { bytes: new Uint8Array(16) }),
  }
  if (gives === '') f.store(name, operands[0]!, operands[1]!, immediates)
  else f.let(op(name, ...operands, immediates))
  return f
}

describe('instructions', () => {
  const names = Object.keys(instructions) as (keyof typeof instructions)[]

  test.each(names)('%s is one of WebAssembly, and its text names it', (name) => {
    const binary = encodeModule([oneOf(name)])
    expect(WebAssembly.validate(binary)).toBe(true)
    expect(toWat(binary)).toMatch(new RegExp(`^    ${name.replaceAll('.', '\\.')}( |$)`, 'm'))
  })

  test('no two have the same code', () => {
    const codes = names.map((name) => instructions[name].code.join())
    expect(new Set(codes).size).toBe(names.length)
  })

  test('the same functions make the same bytes', () => {
    expect(encodeModule([oneOf('f64x2.add')])).toEqual(encodeModule([oneOf('f64x2.add')]))
  })

  test('loops count, nested ones too, and registers are used again', () => {
    const f = new FunctionBuilder('f', ['i32'], 'i32')
    const total = f.local('i32')
    f.repeat(5, () => f.repeat(7, () => f.set(total, op('i32.add', total.get(), f.parameter(0)))))
    f.repeat(3, () => f.set(total, op('i32.add', total.get(), i32(1))))
    f.give(total.get())
    const binary = encodeModule([f])
    const { exports } = instance(binary)
    expect(exports['f']!(2)).toBe(73)
    expect(toWat(binary)).toMatch(
      /\(func \$f \(export "f"\) \(param i32\) \(result i32\)\n    \(local i32 i32 i32\)/,
    )
  })

  test('of two sides only one is computed', () => {
    const f = new FunctionBuilder('f', ['i32'], 'i32')
    const outside = op('i32.load', i32(-16))
    f.give({ kind: 'either', type: 'i32', operands: [f.parameter(0), outside, i32(7)] })
    const binary = encodeModule([f])
    const { exports } = instance(binary)
    expect(exports['f']!(0)).toBe(7)
    expect(() => exports['f']!(1)).toThrow('memory access out of bounds')
    expect(toWat(binary)).toContain(
      ['if (result i32)', '  i32.const -16', '  i32.load align=1', 'else', '  i32.const 7', 'end']
        .map((line) => `    ${line}\n`)
        .join(''),
    )
  })

  test('an instruction of another compiler is refused', () => {
    const binary = encodeModule([oneOf('i32.add')])
    const at = binary.lastIndexOf(0x6a)
    binary[at] = 0x01
    expect(() => toWat(binary)).toThrow('an instruction of another compiler: 1.')
  })
})

function instance(binary: Uint8Array): Instance {
  const { Memory, Module, Instance } = WebAssembly
  return new Instance(new Module(binary), { '': { memory: new Memory({ initial: 1 }) } })
}
