import { duration, newBar } from '../progress.ts'

/** Shows a sweep while it runs. */
export interface Progress {
  /** One run more has ended. */
  tick(): void
  /** Says something that is to stay. */
  note(line: string): void
  end(): void
}

/** A bar on a terminal, with notes below it at the end; elsewhere lines, a tenth of the runs apart. */
export async function progressOn(stream: NodeJS.WriteStream, total: number): Promise<Progress> {
  const left = timer(total)
  if (!stream.isTTY) return linesOn(stream, total, left)
  const bar = await newBar(stream, 'run {value}/{total} │ {failed}{left}')
  const notes: string[] = []
  const words = (): object => ({ left: left(done), failed: failures(notes.length) })
  let done = 0
  bar.start(total, 0, words())
  return {
    tick: () => bar.update(++done, words()),
    note: (line) => bar.update(done, (notes.push(line), words())),
    end: () => {
      bar.stop()
      for (const line of notes) stream.write(`${line}\n`)
    },
  }
}

const failures = (n: number): string => (n > 0 ? `${n} note${n > 1 ? 's' : ''} │ ` : '')

/** What is left, from what the runs so far took. */
function timer(total: number): (done: number) => string {
  const begun = performance.now()
  return (done) => {
    if (done === 0) return ''
    return `${duration(((performance.now() - begun) / 1000 / done) * (total - done))} left`
  }
}

function linesOn(
  stream: NodeJS.WriteStream,
  total: number,
  left: (done: number) => string,
): Progress {
  let done = 0
  return {
    tick: () => {
      done++
      if (done % Math.ceil(total / 10) === 0 || done === total)
        stream.write(`run ${done}/${total} │ ${left(done)}\n`)
    },
    note: (line) => stream.write(`${line}\n`),
    end: () => {},
  }
}

export const silent: Progress = { tick: () => {}, note: () => {}, end: () => {} }
