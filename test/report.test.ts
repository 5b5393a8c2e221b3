/** Plots, and the report of a training, written by real trainings and opened in a real browser. */
import axe from 'axe-core'
import { Random } from 'chainrule'
import { digits, type Examples, iris, moons } from 'chainrule/data'
import { MLP } from 'chainrule/nn'
import { Adam } from 'chainrule/optim'
import { fit, type FitOptions, type Store } from 'chainrule/train'
import {
  plotAccuracy,
  plotBoundary,
  plotConfusion,
  plotHistograms,
  plotLoss,
  plotPredictions,
  pngOf,
} from 'chainrule/view'
import { type Browser, chromium as launcher } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromium, flags, withoutChromium } from './chromium.ts'

/** The report of a training. */
async function reportOf(
  data: Examples,
  layers: readonly number[],
  options: FitOptions = {},
): Promise<string> {
  const written = new Map<string, string>()
  const store: Store = {
    write: async (name, text) => void written.set(name, text),
    read: async (name) => written.get(name),
  }
  const model = new MLP(data.X[0]!.length, layers, { activation: 'tanh', random: new Random(1) })
  const optimizer = new Adam(model.parameters(), { learningRate: 0.02 })
  const validation = 0.25
  await fit(model, data, {
    epochs: 12,
    optimizer,
    validation,
    store,
    report: 'report.html',
    ...options,
  })
  return written.get('report.html')!
}

const few = <D extends Examples>(data: D, n: number): D => ({
  ...data,
  X: data.X.slice(0, n),
  y: data.y.slice(0, n),
})

const line: Examples = {
  name: 'a line',
  X: Array.from({ length: 60 }, (_, i) => [i / 30 - 1]),
  y: Array.from({ length: 60 }, (_, i) => 3 * (i / 30 - 1) + 1),
}

const hostile = '</title><script>alert(1)</script>"\'<img src=x onerror=alert(1)>'

const reports: readonly (readonly [string, () => Promise<string>, readonly RegExp[]])[] = [
  [
    'moons',
    () => reportOf(moons(120), [8, 1]),
    [/Accuracy <strong>/, /aria-label="Decision boundary"/, /aria-label="Confusion matrix"/],
  ],
  [
    'digits',
    () => reportOf(few(digits(), 200), [12, 10], { epochs: 4 }),
    [/Worst mistakes/, /class="image"/, /weights of layers\.0 by epoch/, /64 Values/],
  ],
  [
    'iris',
    () => reportOf(iris(), [3], { epochs: 3 }),
    [/setosa/, /<dt>sepal length/, /gradients of layers\.0 by epoch/],
  ],
  [
    'a line of numbers',
    () => reportOf(line, [4, 1]),
    [/Loss <strong>/, /Predictions against truth/],
  ],
  [
    'a training that never had a chance',
    () =>
      reportOf(moons(120), [8, 8, 1], {
        epochs: 3,
        optimizer: undefined,
        report: { name: 'report.html', repeat: `train '${hostile}'` },
      }),
    [/To do the same again/],
  ],
  [
    'hostile names',
    () =>
      reportOf(
        {
          ...moons(80),
          name: hostile,
          classes: [hostile, `${hostile}\n2`],
          features: [hostile, 'y'],
        },
        [2, 1],
        { epochs: 2 },
      ),
    [/&lt;script&gt;/],
  ],
]

describe('a report', () => {
  test.each(reports)(
    'of %s is one file of at most 2 MB that asks for nothing',
    async (_, make, parts) => {
      const html = await make()
      expect(html.length).toBeLessThan(2e6)
      for (const part of parts) expect(html).toMatch(part)
      expect(html).not.toMatch(/<script|<img|onerror=alert\(1\)>|url\(|@import|<link/)
      expect(html.match(/(?:src|href)="(?!#)[^"]*"/g)).toBeNull()
    },
  )

  test('has every setting, and the parameters keep their gradients', async () => {
    const html = await reportOf(moons(60), [4, 1], { epochs: 2, seed: 7, batchSize: 9, l2: 1e-3 })
    for (const row of ['seed</th><td>7', 'batchSize</th><td>9', 'l2</th><td>0.001', 'adam'])
      expect(html).toContain(row)
  })

  test('shows accuracy on what was learned from beside that on validation', async () => {
    const html = await reportOf(moons(80), [4, 1], { epochs: 5 })
    const [, accuracy] = /aria-label="Accuracy by epoch"([^]*?)<\/svg>/.exec(html)!
    expect(accuracy).toMatch(/>training<[^]*>validation</)
  })

  test('is written when a training is stopped, too', async () => {
    const stop = new AbortController()
    const html = await reportOf(moons(60), [4, 1], {
      signal: stop.signal,
      onProgress: ({ epoch }) => epoch === 3 && stop.abort(),
    })
    expect(html).toContain('Stopped by hand')
  })

  test('needs a store', async () => {
    const model = new MLP(2, [1])
    await expect(fit(model, moons(20), { report: 'r.html' })).rejects.toThrow(
      'report needs the store that it is written to, got none.',
    )
  })

  test('changes no number of the training', async () => {
    const weights = async (report: string | undefined): Promise<number[]> => {
      const model = new MLP(2, [5, 1], { random: new Random(3) })
      const store: Store = { write: async () => {}, read: async () => undefined }
      await fit(model, moons(60), { epochs: 5, store, report })
      return model.parameters().map((p) => p.data)
    }
    expect(await weights('report.html')).toEqual(await weights(undefined))
  })
})

describe.skipIf(withoutChromium !== undefined)('a report in a real browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launcher.launch({ executablePath: chromium!, args: flags })
  })
  afterAll(() => browser?.close())

  test.each(reports)('of %s: nothing serious for axe, no request, nothing cut', async (_, make) => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } })
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('request', (request) => problems.push(`request to ${request.url()}`))
    page.on('dialog', () => problems.push('a script ran'))
    await page.setContent(await make())
    // The page's own policy lets no script in: axe is asked from outside of it.
    await page.evaluate(axe.source)
    const { violations } = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as {
      violations: { id: string; impact: string; nodes: { target: string[] }[] }[]
    }
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]!.target.join()}`)).toEqual([])
    const wider = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
    expect(wider).toBe(false)
    expect(problems).toEqual([])
    await page.close()
  })
})

describe('single plots', () => {
  const history = [1, 2, 3].map((epoch) => ({
    epoch,
    loss: 1 / epoch,
    validationLoss: 1.1 / epoch,
    accuracy: 0.3 * epoch,
  }))

  test('are SVG with a name for screen readers, and PNG', async () => {
    const plots = [
      await plotLoss(history),
      await plotAccuracy(history, { theme: 'dark' }),
      await plotBoundary(([x]) => [x!], moons(40)),
      await plotBoundary(([x, y]) => [x!, y!, -x!], { X: [[0, 1]], y: [2] }),
      await plotConfusion(
        [
          [3, 1],
          [0, 2],
        ],
        ['a', 'b'],
      ),
      await plotHistograms([{ epoch: 0, numbers: [1, 1, 1] }]),
      await plotHistograms([0, 5, 10].map((epoch) => ({ epoch, numbers: [epoch, NaN, 1, 2, 3] }))),
      await plotPredictions([1, 2], [1.5, 2]),
    ]
    for (const svg of plots) {
      expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
      expect(svg).toMatch(/role="img"/)
      expect(svg).not.toMatch(/NaN|undefined/)
      const png = await pngOf(svg)
      expect([...png.subarray(1, 4)]).toEqual([80, 78, 71])
    }
  })

  test('the boundary lies where the model changes its mind', async () => {
    const svg = await plotBoundary(([x]) => [x! - 0.5], {
      X: [
        [0, 0],
        [1, 1],
      ],
      y: [0, 1],
    })
    // Of 480 pixels 56 and 16 are margins; the examples have 12 % of room around them.
    const middle = 56 + (408 * (0.5 + 0.12)) / 1.24
    const regions = [...svg.matchAll(/<path[^>]* d="([^"]{100,})"/g)].map(([, d]) => {
      const xs = [...d!.matchAll(/[ML]([\d.]+),/g)].map(([, x]) => Number(x))
      return [Math.min(...xs), Math.max(...xs)] as const
    })
    expect(regions[0]![1]).toBeCloseTo(middle, -0.5)
    expect(regions[1]![0]).toBeCloseTo(middle, -0.5)
  })

  test.each([
    [() => plotLoss([]), /no loss to plot/],
    [() => plotAccuracy([{ epoch: 1, loss: 1 }]), /no accuracy to plot/],
    [
      () => plotBoundary(() => [0], { X: [[1, 2, 3]], y: [0] }),
      /expected examples of two numbers, got 3/,
    ],
    [() => plotConfusion([[1, 2]], ['a']), /a confusion table is square/],
    [() => plotHistograms([{ epoch: 0, numbers: [NaN] }]), /nothing to plot/],
    [() => plotPredictions([1], []), /got 0 for 1/],
  ])('%# refuses what it cannot draw', async (plot, message) => {
    await expect(async () => plot()).rejects.toThrow(message)
  })
})
