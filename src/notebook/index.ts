/** A Value shows its graph in Deno and Jupyter notebooks. Importing this file is what does it. */
import { Value } from '../engine.ts'
import { toSvg, toText } from '../view/index.ts'

/** What a notebook shows: the picture where it can, else the text. */
async function display(this: Value): Promise<Record<'text/plain' | 'image/svg+xml', string>> {
  return { 'text/plain': toText(this), 'image/svg+xml': await toSvg(this) }
}

Object.defineProperty(Value.prototype, Symbol.for('Jupyter.display'), {
  value: display,
  configurable: true,
  writable: true,
})
