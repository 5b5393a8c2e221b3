/**
 * Runs one program, in a worker of a frame that has no origin and may send no request (sandbox.html).
 * Bundled as one classic script by scripts/sandbox.ts, because such a frame can load no module.
 */
import type { Part, Start } from '../message.ts'
import { openConsole } from './console.ts'
import { failureOf } from './failure.ts'
import { Output } from './output.ts'
import { Parts } from './part.ts'
import { textOf } from './print.ts'
import { programOf } from './program.ts'
import { showOn } from './show.ts'
import { watchTimers } from './timers.ts'

const scope = self as unknown as Record<string, unknown>
Error.stackTraceLimit = 50 // the program's own line may lie deep below the library's

async function run({ source, width }: Start, output: Output, parts: Parts): Promise<void> {
  const work: Promise<void>[] = []
  let shift = 0
  const fail = (error: unknown): void =>
    output.send({ kind: 'failure', failure: failureOf(error, shift) })
  self.addEventListener('error', (event) => {
    event.preventDefault() // else the frame takes it for the end of the worker
    fail(event.error ?? new Error(event.message))
  })
  self.addEventListener('unhandledrejection', (event) => {
    event.preventDefault()
    fail(event.reason)
  })
  openConsole(output)
  const timers = watchTimers()
  scope['sandboxWidth'] = width
  scope['sandboxPart'] = parts.load.bind(parts)
  scope['sandboxWithoutFiles'] =
    'toHtml makes a file, and there are none here: show(value) draws the same.'
  scope['show'] = showOn(output, (drawing) => work.push(drawing.catch(fail)))
  output.send({ kind: 'started' })
  try {
    const program = programOf(source)
    ;({ shift } = program)
    const result = await program.run()
    if (result !== undefined) output.print('log', textOf(result))
  } catch (error) {
    fail(error)
  }
  await timers.quiet()
  await Promise.all(work)
  output.send({ kind: 'done' })
}

/** The first message is the port through which all others come and go: a program, then parts. */
function listen(port: MessagePort): void {
  const output = new Output(port)
  const parts = new Parts(output)
  port.addEventListener('message', ({ data }: MessageEvent<Start | Part>) => {
    if ('source' in data) void run(data, output, parts)
    else parts.take(data)
  })
  port.start()
}

self.addEventListener('message', ({ data }: MessageEvent<MessagePort>) => listen(data), {
  once: true,
})
