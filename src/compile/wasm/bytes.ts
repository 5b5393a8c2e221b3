/** So few bytes are copied one by one: `set` takes longer. Most are opcodes of two or three. */
const few = 16

/** Bytes of a WebAssembly module: numbers in LEB128, texts and sections with their lengths. */
export class Bytes {
  #bytes = new Uint8Array(1024)
  length = 0

  byte(x: number): void {
    if (this.length === this.#bytes.length) this.#grow()
    this.#bytes[this.length++] = x
  }

  all(bytes: ArrayLike<number>): void {
    const { length } = bytes
    while (this.length + length > this.#bytes.length) this.#grow()
    if (length > few) this.#bytes.set(bytes, this.length)
    else for (let i = 0; i < length; i++) this.#bytes[this.length + i] = bytes[i]!
    this.length += length
  }

  /** An unsigned number, seven bits a byte, the lowest first. */
  unsigned(x: number): void {
    for (; x > 0x7f; x = Math.floor(x / 0x80)) this.byte((x & 0x7f) | 0x80)
    this.byte(x)
  }

  /** A signed 32-bit number, seven bits a byte, until the rest is only its sign. */
  signed(x: number): void {
    let rest = x | 0
    for (;;) {
      const low = rest & 0x7f
      rest >>= 7
      if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) {
        this.byte(low)
        return
      }
      this.byte(low | 0x80)
    }
  }

  text(text: string): void {
    const bytes = new TextEncoder().encode(text)
    this.unsigned(bytes.length)
    this.all(bytes)
  }

  /** What `write` writes, with its length before it. */
  sized(write: (inner: Bytes) => void): void {
    const inner = new Bytes()
    write(inner)
    this.unsigned(inner.length)
    this.all(inner.done())
  }

  /** How many there are, then the code of each. */
  list<T extends string>(items: readonly T[], codes: Readonly<Record<T, number>>): void {
    this.unsigned(items.length)
    for (const item of items) this.byte(codes[item])
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.length)
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
