/** Trains beside the page: takes commands, and reports as often as a screen shows something new. */
import { diagnosed, lookAt } from './look.ts'
import { measured } from './measure.ts'
import type { Command, Report } from './protocol.ts'
import { Trainer } from './trainer.ts'

/** Milliseconds: of training between two looks for commands; between two frames, two diagnoses. */
const [slice, pause, between] = [16, 33, 2000]

let trainer: Trainer | undefined
let playing = false
/** Epochs a second at most. */
let pace = Infinity
/** When training began to keep its pace, and at which epoch. */
let paced = { time: 0, epoch: 0 }
/** Commands in their order: some of them wait for a compiler. */
let queue: Promise<void> = Promise.resolve()
let [drawn, seen] = [0, 0]
let speed = 0
/** Why there is no network of the settings of now: the one before is none of theirs, and learns no more. */
let refusal: unknown

const report = (what: Report): void => self.postMessage(what)
const trouble = (text: string): void => report({ kind: 'trouble', text, playing })

function show(always = true): void {
  if (trainer === undefined) return
  const now = performance.now()
  if (!always && now - drawn < pause) return
  drawn = now
  const frame = trainer.frame()
  report({ ...frame, playing, epochsPerSecond: speed })
  if (playing ? now - seen < between : !always) return
  seen = now
  const history = [...frame.curve.losses].filter((_, i) => i % 2 === 0)
  report(diagnosed(trainer.network, history))
}

/** Trains for a slice of time, then lets commands in. */
function run(): void {
  if (!playing || trainer === undefined) return
  const start = performance.now()
  try {
    while (!early() && performance.now() - start < slice) trainer.stepBatch()
  } catch (error) {
    playing = false
    trouble(`Training stopped: ${(error as Error).message}`)
  }
  const seconds = (performance.now() - paced.time) / 1000
  if (seconds > 0.5) speed = (trainer.epoch + trainer.share - paced.epoch) / seconds
  if (seconds > 3) beginPace()
  show(!playing) // that it has stopped is told at once: there may be no other frame
  setTimeout(run, early() ? 8 : 0)
}

/** Whether training is ahead of its pace. */
function early(): boolean {
  if (trainer === undefined || pace === Infinity) return false
  const due = paced.epoch + ((performance.now() - paced.time) / 1000) * pace
  return trainer.epoch + trainer.share >= due
}

function beginPace(): void {
  paced = { time: performance.now(), epoch: (trainer?.epoch ?? 0) + (trainer?.share ?? 0) }
}

/** Makes the trainer that settings ask for, or says from then on why there is none. */
async function settle(make: () => Promise<Trainer>): Promise<void> {
  try {
    trainer = await make()
    refusal = undefined
  } catch (error) {
    refusal = error
    playing = false
    show()
    throw error
  }
}

function begun(): void {
  speed = 0
  beginPace() // another network has another count of epochs
  if (trainer !== undefined) report(trainer.setting())
  show()
}

async function obey(command: Command): Promise<void> {
  if (refusal !== undefined && !['begin', 'change', 'look'].includes(command.kind)) throw refusal
  switch (command.kind) {
    case 'begin': {
      const before = trainer
      await settle(() => Trainer.make(command.settings))
      before?.network.dispose()
      return begun()
    }
    case 'change': {
      const before = trainer
      const { settings } = command
      await settle(() => (before ? before.change(settings) : Trainer.make(settings)))
      if (trainer !== before) return begun()
      beginPace() // time went by until it was there
      return show()
    }
    case 'play': {
      const was = playing
      ;({ playing, pace } = command)
      beginPace()
      show()
      if (playing && !was) setTimeout(run)
      return
    }
    case 'measure': {
      if (trainer) report(await measured(trainer.network.settings))
      return
    }
    case 'look': {
      const count = trainer?.network.data.train.X.length ?? 0
      if (trainer && command.example < count)
        report(await lookAt(trainer.network, command.example, command.unit))
      return
    }
  }
  if (trainer === undefined) return
  if (command.kind === 'step') {
    if (command.by === 'epoch') trainer.stepEpoch()
    else trainer.stepBatch()
  } else if (command.kind === 'seek') trainer.seek(command.epoch, command.batch)
  else trainer.setWeight(command.index, command.to)
  show()
}

self.addEventListener('message', ({ data }: MessageEvent<Command>) => {
  queue = queue.then(() => obey(data)).catch((error: unknown) => trouble((error as Error).message))
})
