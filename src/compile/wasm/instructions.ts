/**
 * The WebAssembly instructions that kernels are made of, by their names in the specification. A row
 * says opcode, operand types and result type in one letter each (i: i32, l: i64, s: f32, d: f64,
 * v: v128), and what follows the opcode.
 */

export type Type = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

export const typeOf: Readonly<Record<string, Type>> = {
  i: 'i32',
  l: 'i64',
  s: 'f32',
  d: 'f64',
  v: 'v128',
}

/** What stands for a type in a module. */
export const typeCodes: Readonly<Record<Type, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
}

/** Opcodes of the SIMD proposal are LEB128 numbers after a prefix. */
const simd = (n: number): readonly number[] =>
  n < 0x80 ? [0xfd, n] : [0xfd, (n & 0x7f) | 0x80, n >> 7]

export interface Instruction {
  readonly code: readonly number[]
  readonly takes: string
  readonly gives: string
  readonly immediate: Immediate
}

/** What follows the opcode: nothing, an offset, an offset and a lane, or 16 bytes. */
type Immediate = 'none' | 'offset' | 'offset lane' | 'bytes'

const row =
  (immediate: Immediate) =>
  (code: number | readonly number[], takes: string, gives: string): Instruction => ({
    code: typeof code === 'number' ? simd(code) : code,
    takes,
    gives,
    immediate,
  })
const [plain, memory, memoryLane, bytes] = [
  row('none'),
  row('offset'),
  row('offset lane'),
  row('bytes'),
]

export const instructions = {
  'i32.add': plain([0x6a], 'ii', 'i'),
  'i32.sub': plain([0x6b], 'ii', 'i'),
  'i32.mul': plain([0x6c], 'ii', 'i'),
  'i32.ne': plain([0x47], 'ii', 'i'),
  'i32.lt_u': plain([0x49], 'ii', 'i'),
  'i32.load': memory([0x28], 'i', 'i'),
  'i32.store': memory([0x36], 'ii', ''),
  'f32.convert_i32_s': plain([0xb2], 'i', 's'),
  'f64.convert_i32_s': plain([0xb7], 'i', 'd'),
  'v128.load': memory(0x00, 'i', 'v'),
  'v128.load32_splat': memory(0x09, 'i', 'v'),
  'v128.load64_splat': memory(0x0a, 'i', 'v'),
  'v128.store': memory(0x0b, 'iv', ''),
  'v128.store32_lane': memoryLane(0x5a, 'iv', ''),
  'v128.store64_lane': memoryLane(0x5b, 'iv', ''),
  'v128.const': bytes(0x0c, '', 'v'),
  'i8x16.shuffle': bytes(0x0d, 'vv', 'v'),
  'f32x4.splat': plain(0x13, 's', 'v'),
  'f64x2.splat': plain(0x14, 'd', 'v'),
  'v128.and': plain(0x4e, 'vv', 'v'),
  'v128.andnot': plain(0x4f, 'vv', 'v'),
  'v128.or': plain(0x50, 'vv', 'v'),
  'v128.xor': plain(0x51, 'vv', 'v'),
  'v128.bitselect': plain(0x52, 'vvv', 'v'),
  'v128.any_true': plain(0x53, 'v', 'i'),
  'f32x4.demote_f64x2_zero': plain(0x5e, 'v', 'v'),
  'f64x2.promote_low_f32x4': plain(0x5f, 'v', 'v'),
  'f32x4.eq': plain(0x41, 'vv', 'v'),
  'f32x4.ne': plain(0x42, 'vv', 'v'),
  'f32x4.lt': plain(0x43, 'vv', 'v'),
  'f32x4.gt': plain(0x44, 'vv', 'v'),
  'f32x4.le': plain(0x45, 'vv', 'v'),
  'f32x4.ge': plain(0x46, 'vv', 'v'),
  'f64x2.eq': plain(0x47, 'vv', 'v'),
  'f64x2.ne': plain(0x48, 'vv', 'v'),
  'f64x2.lt': plain(0x49, 'vv', 'v'),
  'f64x2.gt': plain(0x4a, 'vv', 'v'),
  'f64x2.le': plain(0x4b, 'vv', 'v'),
  'f64x2.ge': plain(0x4c, 'vv', 'v'),
  'f32x4.nearest': plain(0x6a, 'v', 'v'),
  'f64x2.nearest': plain([0xfd, 0x94, 0x01], 'v', 'v'),
  'f32x4.convert_i32x4_s': plain([0xfd, 0xfa, 0x01], 'v', 'v'),
  'i32x4.shl': plain([0xfd, 0xab, 0x01], 'vi', 'v'),
  'i32x4.shr_s': plain([0xfd, 0xac, 0x01], 'vi', 'v'),
  'i32x4.add': plain([0xfd, 0xae, 0x01], 'vv', 'v'),
  'i32x4.sub': plain([0xfd, 0xb1, 0x01], 'vv', 'v'),
  'i64x2.shl': plain([0xfd, 0xcb, 0x01], 'vi', 'v'),
  'i64x2.shr_s': plain([0xfd, 0xcc, 0x01], 'vi', 'v'),
  'i64x2.add': plain([0xfd, 0xce, 0x01], 'vv', 'v'),
  'i64x2.sub': plain([0xfd, 0xd1, 0x01], 'vv', 'v'),
  'f32x4.abs': plain(0xe0, 'v', 'v'),
  'f32x4.neg': plain(0xe1, 'v', 'v'),
  'f32x4.sqrt': plain(0xe3, 'v', 'v'),
  'f32x4.add': plain(0xe4, 'vv', 'v'),
  'f32x4.sub': plain(0xe5, 'vv', 'v'),
  'f32x4.mul': plain(0xe6, 'vv', 'v'),
  'f32x4.div': plain(0xe7, 'vv', 'v'),
  'f32x4.min': plain(0xe8, 'vv', 'v'),
  'f32x4.max': plain(0xe9, 'vv', 'v'),
  'f64x2.abs': plain(0xec, 'v', 'v'),
  'f64x2.neg': plain(0xed, 'v', 'v'),
  'f64x2.sqrt': plain(0xef, 'v', 'v'),
  'f32x4.relaxed_madd': plain([0xfd, 0x85, 0x02], 'vvv', 'v'),
  'f64x2.relaxed_madd': plain([0xfd, 0x87, 0x02], 'vvv', 'v'),
  'f64x2.add': plain(0xf0, 'vv', 'v'),
  'f64x2.sub': plain(0xf1, 'vv', 'v'),
  'f64x2.mul': plain(0xf2, 'vv', 'v'),
  'f64x2.div': plain(0xf3, 'vv', 'v'),
  'f64x2.min': plain(0xf4, 'vv', 'v'),
  'f64x2.max': plain(0xf5, 'vv', 'v'),
} satisfies Record<string, Instruction>

export type InstructionName = keyof typeof instructions
