/** The page's side of training: the worker, what it reported last, and what one has chosen to see. */
import type { NetworkState } from '../share/state.ts'
import { studio } from '../studio.svelte.ts'
import type {
  Command,
  Diagnosis,
  Frame,
  Look,
  Measured,
  Report,
  Setting,
  Unit,
} from './protocol.ts'

/** How fast one watches: most networks are done before one sees what they do. */
export const paces = [
  { name: 'slow', perSecond: 4 },
  { name: 'normal', perSecond: 30 },
  { name: 'fastest', perSecond: Infinity },
] as const

/** Milliseconds without an answer, and without a frame while training, after which a worker counts as lost. */
const [patience, silence] = [30_000, 5000]
/** Milliseconds between two numbers in the same place, while training. */
const reading = 100

/** What is told below the network. */
export const tabs = ['Neuron', 'Histograms', 'Doctor', 'Speed'] as const

export class Session {
  setting = $state.raw<Setting>()
  /** What is drawn: the newest that the worker reported. */
  frame = $state.raw<Frame>()
  /** What is told in numbers: the same, but while training no faster than anybody reads. */
  told = $state.raw<Frame>()
  /** Epochs a second at most. */
  pace = $state<number>(paces[1].perSecond)
  look = $state.raw<Look>()
  measured = $state.raw<Measured>()
  measuring = $state(false)
  findings = $state.raw<Diagnosis['findings']>([])
  trouble = $state('')
  /** There is no network yet, and none can be built of what was asked for. */
  refused = $state(false)
  /** The example whose graph is shown; undefined: none. */
  example = $state<number>()
  unit = $state.raw<Unit>()
  /** What the lines of the diagram show. */
  lines = $state<'weights' | 'gradients'>('weights')
  tab = $state<(typeof tabs)[number]>('Neuron')
  #worker: Worker | undefined
  /** Reported, and shown when the page draws next: so nothing is drawn twice, nor while nobody looks. */
  #reported: Frame | undefined
  #toldAt = 0
  /** What the worker was told last; what it reports comes later. */
  #playing = false
  /** When the worker was last asked, and last answered; a training one answers by itself. */
  #asked = 0
  #heard = 0
  readonly #watch = setInterval(() => this.#check(), 1000)

  constructor() {
    this.begin()
  }

  get settings(): NetworkState {
    return studio.network
  }

  begin(): void {
    this.#worker?.terminate()
    this.#playing = this.measuring = false
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Report>) => this.#hear(data))
    this.#worker.addEventListener('error', () => this.#replace())
    this.#say({ kind: 'begin', settings: studio.network })
  }

  /** Other settings; learning goes on where they allow it. */
  change(part: Partial<NetworkState>): void {
    const settings = { ...studio.network, weights: undefined, epoch: 0, ...part }
    studio.network = settings
    this.trouble = ''
    this.measured = undefined // of the network before, and so is what is being measured
    this.measuring = false
    this.#say({ kind: 'change', settings })
    if (this.example !== undefined) this.inspect(this.example)
  }

  play(playing: boolean): void {
    this.#playing = playing
    if (playing) this.trouble = '' // if it is still there, it is told again
    this.#say({ kind: 'play', playing, pace: this.pace })
    if (!playing) this.#lookAgain()
  }

  setPace(perSecond: number): void {
    this.pace = perSecond
    if (this.#playing) this.play(true)
  }

  step(by: 'epoch' | 'batch'): void {
    this.#say({ kind: 'step', by })
    this.play(false)
  }

  seek(epoch: number, batch: number): void {
    this.#say({ kind: 'seek', epoch, batch })
    this.play(false)
  }

  reset(): void {
    this.play(false)
    studio.network = { ...studio.network, weights: undefined, epoch: 0 }
    this.#say({ kind: 'begin', settings: studio.network })
    this.#lookAgain()
  }

  setWeight(index: number, to: number): void {
    this.#say({ kind: 'weight', index, to })
    this.#lookAgain()
  }

  /** Shows the graph of an example's loss, and of one neuron in it. */
  inspect(example: number, unit: Unit | undefined = this.unit): void {
    this.example = example
    this.unit = unit
    this.#say({ kind: 'look', example, unit })
  }

  measure(): void {
    this.play(false)
    this.measuring = true
    this.#say({ kind: 'measure' })
  }

  /** Puts the weights of now into the state. */
  remember(): void {
    studio.network = this.#seen()
  }

  /** Nobody looks any more: nothing is learned unseen. */
  leave(): void {
    if (this.#playing || this.frame?.playing === true) this.play(false)
  }

  /** Ends the worker: whoever looks next has a session of their own. */
  end(): void {
    clearInterval(this.#watch)
    this.#worker?.terminate()
    this.#playing = false
  }

  /** A worker that says nothing for long is gone. */
  #check(): void {
    const now = performance.now()
    const waiting = this.#asked > this.#heard && now - this.#asked > patience
    const silent = this.frame?.playing === true && now - this.#heard > silence
    if (waiting || silent) this.#replace()
  }

  #replace(): void {
    studio.notice =
      'The worker that trains has ended; another one goes on from the weights that were last seen.'
    studio.network = this.#seen()
    this.begin()
  }

  #seen(): NetworkState {
    const frame = this.#reported ?? this.frame
    if (frame === undefined || frame.epoch + frame.batch === 0) return studio.network
    // Nothing can go on from there: the same settings, from the beginning, are what there is to see.
    if (!frame.weights.every(Number.isFinite))
      return { ...studio.network, weights: undefined, epoch: 0 }
    return { ...studio.network, weights: [...frame.weights], epoch: frame.epoch }
  }

  #lookAgain(): void {
    if (this.example !== undefined) this.inspect(this.example)
  }

  #say(command: Command): void {
    this.#asked = performance.now()
    this.#worker?.postMessage(command)
  }

  #take(frame: Frame): void {
    const waiting = this.#reported !== undefined
    this.#reported = frame
    if (!waiting) requestAnimationFrame((now) => this.#show(now))
  }

  #show(now: number): void {
    const next = this.#reported
    if (next === undefined) return
    this.#reported = undefined
    this.frame = next
    if (next.playing && this.told?.playing && now - this.#toldAt < reading) return
    this.told = next
    this.#toldAt = now
  }

  #hear(report: Report): void {
    this.#heard = performance.now()
    if (report.kind === 'frame') this.#take(report)
    else if (report.kind === 'setting') this.#begun(report)
    else if (report.kind === 'look') this.look = report
    else if (report.kind === 'diagnosis') this.findings = report.findings
    else if (report.kind === 'trouble') {
      this.trouble = report.text
      this.#playing &&= report.playing
      this.refused = this.setting === undefined
      this.measuring = false
    } else if (this.measuring) {
      this.measured = report
      this.measuring = false
    }
  }

  /** Another network: what one had chosen of the one before stays chosen where this one has it too. */
  #begun(setting: Setting): void {
    this.#reported = undefined
    this.setting = setting
    this.trouble = ''
    this.findings = []
    if (this.unit && !(this.unit.neuron < (setting.sizes[this.unit.layer] ?? 0)))
      this.unit = undefined
    if (this.example !== undefined && this.example >= setting.train.y.length)
      this.example = undefined
  }
}
