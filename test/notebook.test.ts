import { Value, value } from 'chainrule'
import { toSvg, toText } from 'chainrule/view'
import { expect, test } from 'vitest'

const display = Symbol.for('Jupyter.display')
type Shown = Value & { [display]: () => Promise<Record<string, string>> }

test('after the import, and not before, a Value shows its graph in a notebook', async () => {
  expect(display in Value.prototype).toBe(false)
  await import('chainrule/notebook')
  const a = value(2, 'a')
  const y = a.mul(a)
  expect(await (y as Shown)[display]()).toEqual({
    'text/plain': toText(y),
    'image/svg+xml': await toSvg(y),
  })
  expect(Object.keys(y)).not.toContain(display)
})
