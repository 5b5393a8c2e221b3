/** Files of weights that Python writes and reads by itself: see golden/files.py. */
import { runPyTorch } from './pytorch.ts'

/** The answer of one of its functions. */
export const python = (task: string, job: object): unknown =>
  runPyTorch('files.py', { task, ...job })

export const fromBase64 = (text: unknown): Uint8Array =>
  new Uint8Array(Buffer.from(String(text), 'base64'))

export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
