import { base64 } from '../base64.ts'

/** `text` in as few letters as may stand in any file: raw deflate, then base64. */
export async function pack(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  return base64(new Uint8Array(await new Response(stream).arrayBuffer()))
}
