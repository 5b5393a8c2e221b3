/** Trains beside the page: takes commands, and reports as often as a screen shows something new. */
import { diagnosed, lookAt } from './look.ts'
import { measured } from './measure.ts'
import type { Command, Report } from './protocol.ts'
import { Trainer } from './trainer.ts'

/** Milliseconds of training between two looks for commands, and between two drawn heat maps. */
const [slice, pause, between] = [24, 66, 2000]

let trainer: Trainer | undefined
let playing = false
/** Commands in their order: some of them wait for a compiler. */
let queue: Promise<void> = Promise.resolve()
let [drawn, seen] = [0, 0]
let speed = 0

const report = (what: Report): void => self.postMessage(what)

function show(always = true): void {
  if (trainer === undefined) return
  const now = performance.now()
  const draw = always || now - drawn >= pause
  if (draw) drawn = now
  report({ ...trainer.frame(draw), playing, epochsPerSecond: speed })
  if (playing ? now - seen < between : !always) return
  seen = now
  const { curve } = trainer.frame(false)
  const history = Array.from({ length: curve.length / 4 }, (_, i) => curve[4 * i]!)
  report(diagnosed(trainer.network, history))
}

/** Trains for a slice of time, then lets commands in. */
function run(): void {
  if (!playing || trainer === undefined) return
  const start = performance.now()
  const from = trainer.epoch + trainer.batch / 1e6
  try {
    do trainer.stepBatch()
    while (performance.now() - start < slice)
  } catch (error) {
    playing = false
    report({ kind: 'trouble', text: `Training stopped: ${(error as Error).message}` })
  }
  const seconds = (performance.now() - start) / 1000
  const epochs = trainer.epoch - Math.floor(from)
  speed = speed === 0 ? epochs / seconds : 0.9 * speed + (0.1 * epochs) / seconds
  show(false)
  setTimeout(run)
}

async function obey(command: Command): Promise<void> {
  switch (command.kind) {
    case 'begin': {
      const next = await Trainer.make(command.settings)
      trainer?.network.dispose()
      trainer = next
      speed = 0
      report(trainer.setting())
      return show()
    }
    case 'change': {
      const before = trainer
      trainer = trainer
        ? await trainer.change(command.settings)
        : await Trainer.make(command.settings)
      if (trainer !== before) report(trainer.setting())
      return show()
    }
    case 'play': {
      const was = playing
      playing = command.playing
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
  queue = queue
    .then(() => obey(data))
    .catch((error: unknown) => report({ kind: 'trouble', text: (error as Error).message }))
})
