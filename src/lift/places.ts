/** A list of places that grows: whole numbers side by side. */
export class Places {
  #list = new Int32Array(16)
  #length = 0

  push(place: number): void {
    if (this.#length === this.#list.length) this.#double()
    this.#list[this.#length++] = place
  }

  toArray(): Int32Array {
    return this.#list.slice(0, this.#length)
  }

  #double(): void {
    const list = new Int32Array(2 * this.#length)
    list.set(this.#list)
    this.#list = list
  }
}
