import { doubled } from './tape.ts'

/** A list of places that grows: whole numbers side by side. */
export class Places {
  #list: Int32Array = new Int32Array(16)
  #length = 0

  push(place: number): void {
    if (this.#length === this.#list.length) this.#list = doubled(this.#list)
    this.#list[this.#length++] = place
  }

  toArray(): Int32Array {
    return this.#list.subarray(0, this.#length)
  }
}
