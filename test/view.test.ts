import { inflateSync } from 'node:zlib'
import { type Value, value } from 'chainrule'
import { toDot, toHtml, toPng, toSvg, toText } from 'chainrule/view'
import { instance } from '@viz-js/viz'
import { describe, expect, test } from 'vitest'
import { unpack } from '../src/view/page/unpack.ts'
import { examples, network, step } from './pictures.ts'

const file = (name: string): string => `./__snapshots__/view/${name}`

describe('pictures that everybody knows', () => {
  for (const [name, example] of Object.entries(examples))
    test(`${name} as SVG, DOT and text`, async () => {
      const root = example()
      await expect(await toSvg(root)).toMatchFileSnapshot(file(`${name}.svg`))
      await expect(toDot(root)).toMatchFileSnapshot(file(`${name}.dot`))
      await expect(toText(root)).toMatchFileSnapshot(file(`${name}.txt`))
    })

  for (const [name, example] of Object.entries({ ...examples, network }))
    test(`${name} as a page: its markup and what it holds, without the program`, async () => {
      const html = await toHtml(example())
      const [, contents] = /id="contents">([^<]*)</.exec(html)!
      const markup = html
        .replaceAll(/(<(script|style)\b[^>]*>)[^<]{100,}?(<\/\2>)/gs, '$1…$3')
        .replaceAll(/(<script>)[^]*?(<\/script>)/g, '$1…$2')
        .replaceAll(/sha256-[\w+/=]+/g, 'sha256-…')
      const held = JSON.stringify(JSON.parse(await unpack(contents!)), null, 1)
      await expect(`${markup}\n${held}\n`).toMatchFileSnapshot(file(`${name}.html`))
    })

  test('MLP 2-16-16-1 closed to its neurons, and one neuron open', async () => {
    const y = network()
    await expect(await toSvg(y)).toMatchFileSnapshot(file('network.svg'))
    await expect(toDot(y)).toMatchFileSnapshot(file('network.dot'))
    await expect(toText(y)).toMatchFileSnapshot(file('network.txt'))
    const open = ['layers.0', 'layers.1/neurons.3', 'layers.2']
    await expect(await toSvg(y, { open })).toMatchFileSnapshot(file('network-neuron.svg'))
  })

  test('MLP 2-16-16-1 all open draws each of its Values once', async () => {
    const svg = await toSvg(network(), { open: 'all' })
    const ids = [...svg.matchAll(/class="value[^"]*" data-id="(v\d+)"/g)].map(([, id]) => id)
    expect(ids).toHaveLength(708)
    expect(new Set(ids).size).toBe(708)
    expect(svg).not.toContain('closed group')
  })

  test('a step of training is a picture of some dozen nodes', async () => {
    await expect(await toSvg(step(50))).toMatchFileSnapshot(file('step.svg'))
  })
})

describe('what a picture says', () => {
  test('numbers in the tutorial’s form', async () => {
    const svg = await toSvg(examples['neuron']!())
    const text = svg.replaceAll(/<[^>]+>/g, ' ')
    for (const known of ['0.7071', '-1.5000', '1.0000', '0.5000', '0.0000', '6.8814', 'x1*w1'])
      expect(text).toContain(known)
  })

  test('zero, NaN, ∞, tiny, huge and −0', () => {
    const numbers = [0, -0, NaN, Infinity, -Infinity, 1e-9, -1.5e300, 123456.789, 0.00049]
    const text = toText(numbers.map((x) => value(x)))
    expect(text.match(/(?<=data\s+)\S+/g)).toEqual([
      '0.0000',
      '0.0000',
      'NaN',
      '∞',
      '-∞',
      '1.000e-9',
      '-1.500e+300',
      '123456.8',
      '4.900e-4',
    ])
  })

  test('partials on edges where asked', async () => {
    const root = value(3, 'x').mul(value(5, 'y'))
    expect(await toSvg(root)).not.toContain('partial"')
    expect((await toSvg(root, { partials: true })).match(/(?<=partial"[^>]*>)[\d.]+/g)).toEqual([
      '5.0000',
      '3.0000',
    ])
    expect(toDot(root, { partials: true })).toContain('v0 -> o2 [label="5.0000"]')
  })

  test('light, dark, or as the reader likes it', async () => {
    const root = examples['twice']!()
    const [auto, light, dark] = await Promise.all(
      (['auto', 'light', 'dark'] as const).map((theme) => toSvg(root, { theme })),
    )
    expect(auto).toContain('@media (prefers-color-scheme:dark)')
    expect(light).not.toMatch(/var\(|@media/)
    expect(dark).not.toMatch(/var\(|@media/)
    expect(light).not.toBe(dark)
  })

  test('a name for those who cannot see it', async () => {
    const root = examples['twice']!()
    expect(await toSvg(root)).toContain('<title>Computation graph of b: 2 Values</title>')
    expect(await toSvg(root, { title: 'a < b' })).toContain('aria-label="a &#60; b"')
  })

  test('several results in one picture', async () => {
    const x = value(2, 'x')
    const roots = [x.sin(), x.cos(), x]
    expect((await toSvg(roots)).match(/class="value[^"]* root"/g)).toHaveLength(3)
    expect(
      toText(roots)
        .split('\n')
        .filter((line) => /^[^└├│ ]/.test(line)),
    ).toHaveLength(3)
  })

  test('only Values, and only groups that are there', async () => {
    await expect(toSvg(3 as unknown as Value)).rejects.toThrow(
      'a Value or a list of Values, got number',
    )
    await expect(toSvg([])).rejects.toThrow('got an empty list')
    await expect(toSvg(network(), { open: ['layers.9'] })).rejects.toThrow(
      "no group 'layers.9'; it has 'layers.0'",
    )
    expect(() => toText(value(1), { lines: 0 })).toThrow('lines is a number from 1 up, got 0')
  })
})

describe('labels of any text', () => {
  const hostile = [
    `"quotes" and 'apostrophes'`,
    '</text><script>alert(1)</script>',
    '<!-- ]]> & &lt; &#60;',
    'new\nline\r\n\ttab \u0000\u0007\u001b[31m\ufffe',
    '\\N \\G \\l {a|b} <port> \\',
    'half a pair \ud83d and mirrored \u202e',
    'Ω ≥ 漢字 👩‍👩‍👧 é',
    ' ',
    'x'.repeat(10_000),
    '"'.repeat(10_000),
  ]

  for (const label of hostile)
    test(`${JSON.stringify(label.slice(0, 40))} harms nothing`, async () => {
      const a = value(2, label)
      const root = a.mul(a).add(1)
      root.label = label
      const svg = await toSvg(root)
      expect(svg).not.toContain('<script')
      // An XML parser that forgives nothing draws it.
      expect((await toPng(root)).length).toBeGreaterThan(1000)
      expect(svg.length).toBeLessThan(30_000)
      const known = await toSvg(examples['twice']!())
      const elements = new Set(known.match(/<\w+/g))
      for (const name of svg.match(/<\w+/g)!) expect(elements).toContain(name)
      await expectNodes(toDot(root), ['o1', 'o3', 'v0', 'v1', 'v2', 'v3'])
      for (const line of toText(root).split('\n')) expect(line.length).toBeLessThan(200)
    })

  test('Graphviz shows in DOT what was written', async () => {
    const label = '\\N {a|b} <p> "q" &lt; \\'
    const viz = await instance()
    const svg = viz.renderString(toDot(value(2, label)), { format: 'svg' })
    const shown = /<text[^>]*>([^<]*)/.exec(svg)![1]!
    const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#45': '-' }
    expect(shown.replaceAll(/&(.+?);/g, (_, name: string) => entities[name] ?? name)).toBe(label)
  })
})

async function expectNodes(dot: string, names: readonly string[]): Promise<void> {
  const viz = await instance()
  const result = viz.render(dot, { format: 'json0' })
  expect(result.errors.filter(({ level }) => level === 'error')).toEqual([])
  const { objects } = JSON.parse(result.output!) as { objects: { name: string }[] }
  expect(objects.map(({ name }) => name).sort()).toEqual(names)
}

describe('large graphs', () => {
  test('200,000 operations in a row: the last ones, and a word about the rest', async () => {
    let y = value(1, 'x')
    for (let i = 0; i < 100_000; i++) y = y.mul(0.5).add(1)
    const svg = await toSvg(y)
    expect(svg.length).toBeLessThan(300_000)
    expect(svg).toContain('400,001 Values')
    expect(svg).toMatch(/… [\d,]+ more/)
    expect(toText(y)).toContain('… stands for what is left out')
  })

  test('100,000 operations of one kind in a row are one group', async () => {
    let y = value(1, 'x')
    for (let i = 0; i < 100_000; i++) y = y.sin()
    expect(toText(y)).toMatchInlineSnapshot(`
      "sin       data 0.0055 │ grad 0.0000
      └─ [sin]  data 0.0055 │ grad 0.0000  99,999 Values
         └─ x   data 1.0000 │ grad 0.0000

      100,001 Values, 99,999 of them in 1 closed group."
    `)
  })
})

describe('PNG', () => {
  test('of the size of the SVG, twice as sharp, and not blank', async () => {
    const root = examples['neuron']!()
    const svg = await toSvg(root)
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)!.map(Number)
    for (const [scale, options] of [
      [2, {}],
      [1, { scale: 1 }],
      [0.5, { scale: 0.5, theme: 'dark' }],
    ] as const) {
      const png = read(await toPng(root, options))
      expect(png.width).toBe(Math.round(width! * scale))
      expect(Math.abs(png.height - height! * scale)).toBeLessThanOrEqual(1)
      expect(png.colours).toBeGreaterThan(100)
    }
  })

  test('a picture too large for a file in memory is less sharp', async () => {
    let y = value(1, 'x')
    for (let i = 0; i < 150; i++) y = y.sin().mul(y)
    const png = read(await toPng(y, { open: 'all' }))
    expect(png.width).toBeLessThanOrEqual(32_000)
    expect(png.width).toBeGreaterThan(31_900)
  })

  test('a scale above 0', async () => {
    await expect(toPng(value(1), { scale: 0 })).rejects.toThrow('scale is a number above 0, got 0')
  })
})

/** Size and number of colours of an RGBA PNG, read by hand. */
function read(png: Uint8Array): { width: number; height: number; colours: number } {
  const bytes = Buffer.from(png)
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from('89504e470d0a1a0a', 'hex'))
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  const data: Buffer[] = []
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12)
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  const pixels = inflateSync(Buffer.concat(data))
  const row = width * 4 + 1
  expect(pixels).toHaveLength(row * height)
  const colours = new Set<number>()
  for (let y = 0; y < height; y++)
    for (let x = 1; x < row; x += 4) colours.add(pixels.readUInt32BE(y * row + x))
  return { width, height, colours: colours.size }
}
