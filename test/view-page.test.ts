/** Pictures as a browser shows them: whatever font it has, text stays in its box; PNG without a library. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { value } from 'chainrule'
import { toSvg } from 'chainrule/view'
import { build } from 'esbuild'
import { type Browser, chromium as launcher, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromium, flags, withoutChromium } from './chromium.ts'
import { examples, network, step } from './pictures.ts'

const root = resolve(import.meta.dirname, '..')

describe.skipIf(withoutChromium !== undefined)('pictures in a real browser', () => {
  let browser: Browser
  let page: Page
  const problems: string[] = []
  beforeAll(async () => {
    browser = await launcher.launch({ executablePath: chromium!, args: flags })
    page = await browser.newPage()
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('request', (request) => problems.push(`request to ${request.url().slice(0, 80)}`))
  })
  afterAll(() => browser?.close())

  /** Texts that are wider than the box they are in, by more than a pixel. */
  const cut = `(() => {
    const wrong = []
    for (const group of document.querySelectorAll('g[data-id]')) {
      const box = group.querySelector('.box')?.getBBox()
      if (box === undefined) continue
      for (const text of group.querySelectorAll('text')) {
        const { x, y, width, height } = text.getBBox()
        const inside = x >= box.x - 1 && x + width <= box.x + box.width + 1 &&
          y >= box.y - 1 && y + height <= box.y + box.height + 1
        if (!inside) wrong.push(text.textContent)
      }
    }
    return { wrong, texts: document.querySelectorAll('g[data-id] text').length }
  })()`

  test('no text leaves its box, in the fonts that most people have', async () => {
    const long = value(1.5, 'a rather long name with Ω, σ and √, 漢字').mul(
      value(-1e-12, 'W'.repeat(60)),
    )
    const pictures = [
      ...Object.values(examples).map((example) => example()),
      network(),
      step(50),
      long,
    ]
    for (const font of ['DejaVu Sans Mono', 'Liberation Mono', 'Courier New', 'monospace'])
      for (const picture of pictures) {
        const svg = await toSvg(picture)
        await page.setContent(svg.replaceAll(/font:13px [^;]+/g, `font:13px '${font}',monospace`))
        const found = (await page.evaluate(cut)) as { wrong: string[]; texts: number }
        expect(found.wrong, font).toEqual([])
        expect(found.texts).toBeGreaterThan(2)
      }
  })

  test('dark where the reader likes it dark, and nothing else on the page is touched', async () => {
    const svg = await toSvg(examples['twice']!())
    const colours: string[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setContent(`<p class="box label">text</p>${svg}`)
      const fill = `getComputedStyle(document.querySelector('svg .paper')).fill`
      colours.push(String(await page.evaluate(fill)))
      const weight = `getComputedStyle(document.querySelector('p')).fontWeight`
      expect(await page.evaluate(weight)).toBe('400')
    }
    expect(colours).toEqual(['rgb(255, 255, 255)', 'rgb(20, 24, 31)'])
  })

  test('a strict XML parser reads every picture, whatever the labels', async () => {
    const labels = ['</text><script>', '\u0000\u0008\ufffe\ud800', '&amp; ]]> <!--', '"\'><x y="']
    for (const label of labels) {
      const x = value(1, label)
      const svg = await toSvg(x.mul(x), { title: label })
      const parsed = await page.evaluate(
        `new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml').querySelector('parsererror')?.textContent ?? ''`,
      )
      expect(parsed).toBe('')
    }
  })

  test('`toSvg` gives the same there, and `toPng` a PNG, without Node', async () => {
    const { outputFiles, warnings } = await build({
      stdin: {
        contents: `import { value } from '${root}/src/index.ts'
          import { toPng, toSvg } from '${root}/src/view/index.ts'
          const a = value(3, 'a')
          globalThis.program = {
            svg: () => toSvg(a.mul(a)),
            png: async () => [...(await toPng(a.mul(a), { scale: 1.5 }))],
          }`,
        resolveDir: root,
      },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      write: false,
      tsconfigRaw: {},
    })
    expect(warnings).toEqual([])
    await page.setContent('<p>page</p>')
    problems.length = 0
    await page.addScriptTag({ content: outputFiles[0]!.text, type: 'module' })
    await page.waitForFunction('globalThis.program')
    const a = value(3, 'a')
    const svg = await toSvg(a.mul(a))
    expect(await page.evaluate('program.svg()')).toBe(svg)
    const png = Buffer.from((await page.evaluate('program.png()')) as number[])
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect(png.readUInt32BE(16)).toBe(Math.round(1.5 * Number(/width="(\d+)"/.exec(svg)![1])))
    expect(png.length).toBeGreaterThan(3000)
    expect(problems.filter((problem) => !problem.startsWith('request to data:'))).toEqual([])
  })
})

test('the font that PNGs are drawn with is part of the package', () => {
  const { dependencies } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
    dependencies: Record<string, string>
  }
  expect(dependencies).toHaveProperty('dejavu-fonts-ttf')
})
