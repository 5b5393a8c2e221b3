import type { SingleBar } from 'cli-progress'
import type { EpochRecord, ProgressReport } from '../train/index.ts'

/** Shows a training while it runs. */
export interface Progress {
  show(report: ProgressReport): void
  end(): void
}

export const silent: Progress = { show: () => {}, end: () => {} }

/** A bar on a terminal; elsewhere a line now and then, so that a log stays readable. */
export async function progressOn(stream: NodeJS.WriteStream): Promise<Progress> {
  return stream.isTTY ? barOn(stream) : linesOn(stream)
}

/** A bar that is not started yet. */
export async function newBar(stream: NodeJS.WriteStream, format: string): Promise<SingleBar> {
  const { default: library } = await import('cli-progress')
  const wide = (stream.columns ?? 80) >= 100
  return new library.SingleBar({
    format: `{bar} ${format}`,
    barsize: wide ? 30 : 14,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream,
    fps: 10,
  })
}

async function barOn(stream: NodeJS.WriteStream): Promise<Progress> {
  const format = 'epoch {epoch} │ loss {loss} │ {accuracy}{rate} steps/s │ {left} left'
  const bar = await newBar(stream, format)
  let begun = false
  return {
    show: (report) => {
      const total = report.epochs * report.stepsPerEpoch
      if (!begun) bar.start(total, 0, fields(report))
      begun = true
      bar.update((report.epoch - 1) * report.stepsPerEpoch + report.step, fields(report))
    },
    end: () => bar.stop(),
  }
}

function linesOn(stream: NodeJS.WriteStream): Progress {
  let shown = 0
  return {
    show: ({ last, epochs, stepsPerSecond, secondsLeft }) => {
      if (last === undefined || last.epoch === shown || last.epoch % Math.ceil(epochs / 10) !== 0)
        return
      shown = last.epoch
      stream.write(
        `epoch ${last.epoch}/${epochs} │ loss ${last.loss.toFixed(4)} │ ${share(last)}` +
          `${Math.round(stepsPerSecond)} steps/s │ ${duration(secondsLeft)} left\n`,
      )
    },
    end: () => {},
  }
}

function fields(report: ProgressReport): Record<string, string> {
  return {
    epoch: `${report.epoch}/${report.epochs}`,
    loss: report.loss.toFixed(4),
    accuracy: share(report.last),
    rate: String(Math.round(report.stepsPerSecond)),
    left: duration(report.secondsLeft),
  }
}

function share(record: EpochRecord | undefined): string {
  return record?.accuracy === undefined ? '' : `accuracy ${(100 * record.accuracy).toFixed(1)} % │ `
}

/** `48 s`, `3 min 20 s`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 90 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
