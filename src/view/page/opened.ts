/** What is open in a picture: what the graph opens by itself, and what a reader has opened or closed. */
import { collapse, mostValues, type Picture } from '../collapse.ts'
import { type Contents, firstPicture } from '../contents.ts'

/** A graph so many times as large, or as small, is another one: nobody has opened anything of it. */
const another = 2

export class Opened {
  /** The ids of the groups that are open. */
  readonly ids: ReadonlySet<string>
  readonly picture: Picture
  readonly #contents: Contents
  /** How many Values at most are drawn one by one. */
  readonly #most: number

  /** What opens by itself, unless told otherwise. */
  constructor(contents: Contents, ids: Iterable<string> = contents.open, most = contents.most) {
    this.#contents = contents
    this.ids = new Set(ids)
    this.#most = Math.min(mostValues, most)
    this.picture = this.byItself
      ? firstPicture(contents)
      : collapse(contents.graph, this.ids, this.#most)
  }

  /** Whether nobody has opened or closed anything: the contents have the layout of this. */
  get byItself(): boolean {
    const { open, most } = this.#contents
    return (
      this.#most === most && this.ids.size === open.length && open.every((id) => this.ids.has(id))
    )
  }

  /** Exactly these groups, and so many Values more one by one. */
  with(ids: Iterable<string>, more = 0): Opened {
    return new Opened(this.#contents, ids, this.#most + more)
  }

  /** Twice as many Values one by one. */
  wider(): Opened {
    return this.with(this.ids, this.#most)
  }

  /** The same of the graph that comes next: what it opens by itself, but for what was changed by hand. */
  of(next: Contents): Opened {
    const { graph, open, most } = this.#contents
    const [size, had] = [next.graph.values.length, graph.values.length]
    const alike = size < another * had && had < another * size
    if (this.byItself || !alike || next.excerpt !== undefined) return new Opened(next)
    const there = new Set(next.graph.groups.map(({ id }) => id))
    const opened = [...this.ids].filter((id) => there.has(id) && !open.includes(id))
    const still = next.open.filter((id) => this.ids.has(id) || !open.includes(id))
    return new Opened(next, [...still, ...opened], next.most + this.#most - most)
  }
}
