/** What the page knows of the program that runs, or ran last: its output, and how it stands. */
import type { Drawn, Failure, Level, Message } from './message.ts'
import type { EditorMemory } from './editor.ts'
import { type Ending, limit, Run } from './run.ts'

export type Item =
  | { readonly kind: 'print'; readonly level: Level; readonly text: string }
  | Extract<Message, { kind: 'table' | 'failure' | 'capped' }>
  | { readonly kind: 'picture'; readonly id: number; readonly drawn: Drawn | undefined }
  /** What the page itself has to say of the run. */
  | { readonly kind: 'ending'; readonly text: string }

export type Standing = 'ready' | 'running' | 'done' | 'ended'

const endings: Record<Exclude<Ending, 'done'>, string> = {
  stopped: 'You stopped the program.',
  left: 'The program was stopped when you left for another view.',
  late: `The program was stopped: it took more than ${limit / 1000} seconds.`,
  flooded: 'The program was stopped: it sent more than the page can show.',
  died: 'The program was ended by the browser, perhaps for want of memory. Run it again when you like.',
  notStarted: 'The sandbox did not start: look to your connection, then run the program again.',
}

export class Session {
  items = $state.raw<readonly Item[]>([])
  standing = $state<Standing>('ready')
  /** Milliseconds that the last run took. */
  took = $state(0)
  failure = $state.raw<Failure | undefined>()
  /** The graph that is shown alive; the others are pictures. */
  live = $state<number | undefined>()
  /** What the editor knew when the view was left. */
  editor: EditorMemory | undefined
  #run: Run | undefined
  /** What came since the page was drawn last: a program may print faster than that. */
  #waiting: Message[] = []

  /** `width`: pixels that there are for plots. */
  run(source: string, width: number): void {
    this.#run?.stop()
    this.clear()
    this.standing = 'running'
    const run = new Run(
      { source, width },
      {
        hear: (message) => {
          if (run !== this.#run) return
          if (this.#waiting.push(message) === 1) setTimeout(() => this.#flush(), 16)
        },
        end: (how, took) => {
          if (run === this.#run) this.#end(how, took)
        },
      },
    )
    this.#run = run
  }

  /** Ends a program that runs. */
  stop(): void {
    this.#run?.stop()
  }

  /** Nobody looks any more: nothing runs unseen. A program that is done stays so, whatever it still waits for. */
  leave(): void {
    const run = this.#run
    if (this.standing !== 'running') this.#run = undefined
    run?.stop('left')
  }

  end(): void {
    this.stop()
  }

  clear(): void {
    this.items = []
    this.#waiting = []
    this.failure = undefined
    this.live = undefined
    if (this.standing !== 'running') this.standing = 'ready'
  }

  #end(how: Ending, took: number): void {
    this.#flush()
    this.took = took
    const running = this.standing === 'running'
    this.standing = how === 'done' ? 'done' : 'ended'
    if (how !== 'done' && running)
      this.items = [...this.items, { kind: 'ending', text: endings[how] }]
  }

  #flush(): void {
    const items = [...this.items]
    for (const message of this.#waiting.splice(0)) this.#take(items, message)
    this.items = items
  }

  #take(items: Item[], message: Message): void {
    if (message.kind === 'picture')
      items.push({ kind: 'picture', id: message.id, drawn: undefined })
    else if (message.kind === 'drawn') {
      const { id, drawn } = message
      const at = items.findIndex((item) => item.kind === 'picture' && item.id === id)
      if (at !== -1) items[at] = { kind: 'picture', id, drawn }
      if (drawn.contents !== undefined) this.live ??= id
    } else if (message.kind === 'failure') {
      items.push(message)
      this.failure ??= message.failure
    } else if (['print', 'table', 'capped'].includes(message.kind))
      items.push(message as Extract<Message, { kind: 'print' | 'table' | 'capped' }>)
  }
}
