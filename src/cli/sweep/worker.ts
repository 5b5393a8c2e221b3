/** A process of the pool: trains one run after the other, and leaves each one's result in the folder. */
import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dataset } from '../../data/index.ts'
import { fileStore } from '../../node/index.ts'
import { type FitResult, type Store } from '../../train/index.ts'
import { fingerprint } from '../../train/settings.ts'
import { Finding } from '../../view/doctor/finding.ts'
import { datasetOf, isBuiltIn } from '../dataset.ts'
import { type Prepared, prepared, trained } from '../training.ts'
import type { Answer, Job } from './pool.ts'
import { checkpointsIn, mark, type Result, writeResult } from './result.ts'

const stop = new AbortController()
process.on('SIGINT', () => {}) // from the terminal it reaches everybody; the command decides
process.on('disconnect', () => process.exit()) // nobody is left to work for
process.on('message', (message: Job | 'stop') => {
  if (message === 'stop') stop.abort()
  else void perform(message).then((answer) => process.send?.(answer))
})

async function perform(job: Job): Promise<Answer> {
  try {
    const result = await resultOf(job)
    if (result === undefined) return { ended: 'stopped' }
    await writeResult(job.out, result)
    return { ended: result.ended }
  } catch (error) {
    return { ended: 'failed', reason: (error as Error).message }
  }
}

/** Undefined if it was stopped before it ended. */
async function resultOf({ run, source, out, checkpointSeconds }: Job): Promise<Result | undefined> {
  const { id, options, settings } = run
  const ready = await prepared(source, options, await examplesOf(source, run))
  const parameters = ready.model.parameters().length
  const about = { id, settings, parameters }
  const checkpointName = `${id}~${hashOf(settings)}.json`
  const store = patient(fileStore(checkpointsIn(out), mark), checkpointSeconds)
  try {
    const { signal } = stop
    const how = { store, checkpointName, checkpointSeconds, resume: true, signal }
    const result = await trained(ready, options, how)
    if (result.ended === 'aborted') return undefined
    return { ...about, ...numbersOf(ready, result) }
  } catch (error) {
    const { cause, message } = error as Error
    if (!(cause instanceof Finding)) throw error
    return { ...about, ended: 'diverged', reason: message }
  } finally {
    if (!stop.signal.aborted) await rm(join(checkpointsIn(out), checkpointName), { force: true })
  }
}

/** A run is sooner done again than kept while it has lasted less than `seconds`. */
function patient(store: Store, seconds: number): Store {
  const begun = performance.now()
  return {
    read: (name) => store.read(name),
    write: async (name, text) => {
      if (performance.now() - begun >= seconds * 1000) await store.write(name, text)
    },
  }
}

const hashOf = (settings: object): string =>
  createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 8)

function numbersOf(
  { judge }: Prepared,
  result: FitResult,
): Omit<Result, 'id' | 'settings' | 'parameters'> {
  const { evaluation, ended, history, bestEpoch, seconds, findings } = result
  const { loss, accuracy } = evaluation
  if (!Number.isFinite(loss))
    return {
      ended: 'diverged',
      reason: `the loss on ${judge ? 'held-out' : 'all'} examples is ${loss}`,
    }
  return {
    ended: ended === 'early' ? 'early' : 'finished',
    evaluatedLoss: loss,
    accuracy,
    epochs: history.length,
    bestEpoch,
    seconds,
    findings: findings.map(String),
  }
}

let last: { readonly source: string; readonly data: Dataset; readonly print: string } | undefined

/** A CSV file is read once, and has to be what it was when the sweep began; other data are made by the run. */
async function examplesOf(
  source: string,
  { options, settings }: Job['run'],
): Promise<Dataset | undefined> {
  if (isBuiltIn(source)) return undefined
  if (last?.source !== source) {
    const data = await datasetOf(source, options)
    last = { source, data, print: fingerprint(data) }
  }
  const { data, print: now } = last
  if (now === settings['examples']) return data
  throw new RangeError(
    `${source} has changed since the sweep began: it was ${String(settings['examples'])}, now it is ${now}.`,
  )
}
