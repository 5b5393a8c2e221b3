/** A state as the part of an address after #, and back. A link is data from a stranger: it is only read. */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate'
import { stateOf } from './check.ts'
import type { StudioState } from './state.ts'

const prefix = 's='
/** Longer links are not understood everywhere: then a file is the better way. */
export const longLink = 8000
/** A text of so many bytes is the most that a link may unpack to. */
const most = 4_000_000

export function linkOf(state: StudioState): string {
  const packed = deflateSync(strToU8(JSON.stringify(state)), { level: 9 })
  let binary = ''
  for (const byte of packed) binary += String.fromCharCode(byte)
  return prefix + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The state, or in a few words why there is none. */
export function readLink(text: string): { state?: StudioState; wrong?: string } {
  try {
    if (!text.startsWith(prefix)) return { wrong: 'it is no link of the studio' }
    const binary = atob(text.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/'))
    const packed = Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
    return readText(strFromU8(inflated(packed)))
  } catch {
    return { wrong: 'it cannot be unpacked' }
  }
}

/** The text of a file. */
export function readText(text: string): { state?: StudioState; wrong?: string } {
  try {
    return { state: stateOf(JSON.parse(text)) }
  } catch (error) {
    return { wrong: error instanceof SyntaxError ? 'it is no JSON' : (error as Error).message }
  }
}

/** Never more than `most` bytes, whatever a link says of itself: a full buffer is an error. */
function inflated(packed: Uint8Array): Uint8Array {
  const room = Math.min(most, 1100 * packed.length + 1000) // deflate packs at most 1,032 to 1
  return inflateSync(packed, { out: new Uint8Array(room) })
}
