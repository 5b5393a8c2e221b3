/** What a training leaves to look at: one HTML file that needs nothing else. */
import type { Examples } from '../../data/index.ts'
import { Value } from '../../engine.ts'
import { inScope } from '../../page.ts'
import {
  plotAccuracy,
  plotBoundary,
  plotConfusion,
  plotHistograms,
  plotLoss,
  plotPredictions,
  toSvg,
} from '../../view/index.ts'
import { escapeXml, printable } from '../../view/label.ts'
import { confusion, type Model } from '../evaluate.ts'
import type { FitResult } from '../fit.ts'
import type { Objective } from '../objective.ts'
import type { RunSettings } from '../settings.ts'
import type { Aspect, LayerLook } from './looks.ts'
import { mistakesHtml, mistakesOf } from './mistakes.ts'
import { style } from './style.ts'

/** What a report is made from. */
export interface Training {
  readonly model: Model
  /** What was learned from. */
  readonly data: Examples
  readonly objective: Objective
  readonly result: FitResult
  readonly settings: RunSettings
  readonly looks: readonly LayerLook[]
  /** On what was learned from, by epoch; empty where targets are numbers. */
  readonly accuracies: ReadonlyMap<number, number>
  /** What to type to do the same again, if somebody knows. */
  readonly repeat: string | undefined
}

/** A part of the report under its own heading. */
interface Section {
  readonly title: string
  readonly html: string
}

const text = (s: string): string => escapeXml(printable(s))

export async function reportOf(training: Training): Promise<string> {
  const { data, result } = training
  const name = text(data.name ?? 'training')
  const sections = [
    ...findings(training),
    await curves(training),
    await answers(training),
    ...(await mistakes(training)),
    ...(await layers(training)),
    ...(await graphs(training)),
    settings(training),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="chainrule">
<title>Training of ${name}</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<h1>Training of ${name}</h1>
<p class="verdict">${verdict(training)}</p>
<p>${facts(result)}</p>
</header>
${sections.map(({ title, html }) => `<section>\n<h2>${title}</h2>\n${html}\n</section>`).join('\n')}
</main>
</body>
</html>
`
}

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`

function verdict({ data, result }: Training): string {
  const { evaluation, validation } = result
  const where = validation ? `${validation.X.length} validation examples` : 'what it learned from'
  const examples = validation ?? data
  if (evaluation.accuracy === undefined)
    return `Loss <strong>${evaluation.loss.toPrecision(4)}</strong> on ${where}`
  const right = Math.round(evaluation.accuracy * examples.X.length)
  return (
    `Accuracy <strong>${percent(evaluation.accuracy)}</strong> on ${where}: ${right} right, ` +
    `${examples.X.length - right} wrong, loss ${evaluation.loss.toPrecision(4)}`
  )
}

function facts({ ended, steps, seconds, bestEpoch, history }: FitResult): string {
  const end = { finished: 'All epochs done', early: 'Stopped early', aborted: 'Stopped by hand' }
  return (
    `${end[ended]}: ${steps.toLocaleString('en')} steps in ${history.length} epochs, ` +
    `${seconds.toFixed(1)} s; weights of epoch ${bestEpoch}.`
  )
}

function findings({ result }: Training): Section[] {
  const items = result.findings.map(
    ({ where, measured, advice }) =>
      `<li><strong>${text(`${where}: ${measured}`)}</strong> ${text(advice)}</li>`,
  )
  const html = `<ul class="findings">${items.join('')}</ul>`
  return items.length === 0 ? [] : [{ title: 'What the doctor found', html }]
}

async function curves({ result, accuracies }: Training): Promise<Section> {
  const history = result.history.map((epoch) => ({
    ...epoch,
    trainingAccuracy: accuracies.get(epoch.epoch),
  }))
  if (history.length === 0) return { title: 'Curves', html: '<p>No epoch was finished.</p>' }
  const size = { width: 540, height: 280 }
  const plots = [await plotLoss(history, size)]
  const decides = history.some((h) => (h.accuracy ?? h.trainingAccuracy) !== undefined)
  if (decides) plots.push(await plotAccuracy(history, size))
  return { title: 'Curves', html: figures(plots) }
}

/** Where it decides for what: in the plane, as a table, or as numbers. */
async function answers({ model, data, objective, result }: Training): Promise<Section> {
  const judged = result.validation ?? data
  const { predictions } = result.evaluation
  if (objective.classes === 0)
    return {
      title: 'Predictions',
      html: figures([await plotPredictions(judged.y, predictions)]),
    }
  const names = Array.from(
    { length: objective.classes },
    (_, k) => data.classes?.[k] ?? `class ${k}`,
  )
  const y = judged.y.map((yi) => Math.max(0, yi))
  const plots = [await plotConfusion(confusion(y, predictions, objective.classes), names)]
  const plane = data.X[0]!.length === 2
  if (plane) plots.unshift(await plotBoundary(model, { ...judged, classes: names }))
  return { title: plane ? 'Decisions' : 'Confusion', html: figures(plots) }
}

async function mistakes({ model, data, objective, result }: Training): Promise<Section[]> {
  if (objective.classes === 0) return []
  const judged = { ...(result.validation ?? data), classes: data.classes, features: data.features }
  const worst = mistakesOf(model, judged, result.evaluation.predictions, objective)
  return worst.length === 0 ? [] : [{ title: 'Worst mistakes', html: mistakesHtml(worst, judged) }]
}

const aspects: readonly Aspect[] = ['weights', 'gradients', 'activations']
/** Layers with histograms; of a deeper network the first ones. */
const mostLayers = 8

async function layers({ looks }: Training): Promise<Section[]> {
  const names = [...new Set(looks.map(({ layer }) => layer))].slice(0, mostLayers)
  const rows: string[] = []
  for (const layer of names) {
    const cells: string[] = []
    for (const aspect of aspects) {
      const own = looks.filter((look) => look.layer === layer && look.aspect === aspect)
      const title = `${aspect} of ${layer} by epoch`
      const usable = own.some(({ numbers }) => numbers.some((x) => Number.isFinite(x)))
      cells.push(`<td>${usable ? await plotHistograms(own, { title }) : ''}</td>`)
    }
    rows.push(`<tr><th scope="row">${text(layer)}</th>${cells.join('')}</tr>`)
  }
  if (rows.length === 0) return []
  const head = ['', ...aspects].map((title) => `<th scope="col">${title}</th>`).join('')
  const html =
    '<p>Each column is an epoch: darker where more numbers are, the line is the median. ' +
    'Gradients are those of the last batch.</p>' +
    `<div class="wide" tabindex="0" role="region" aria-label="Layers over time"><table class="layers"><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
  return [{ title: 'Layers over time', html }]
}

/** The network, and the graph of one example with what flowed through it both ways. */
async function graphs({ model, data, objective, result }: Training): Promise<Section[]> {
  const { X, y } = result.validation ?? data
  const parameters = model.parameters()
  const before = parameters.map((p) => p.grad)
  model.zeroGrad()
  const inputs = inScope('inputs', () =>
    X[0]!.map((x, i) => new Value(x, data.features?.[i] ?? `x${i}`)),
  )
  const outputs = model.forward(inputs)
  const loss = objective.loss(outputs, objective.encode(y[0]!))
  loss.label ??= 'loss'
  loss.backward()
  const network = await toSvg(outputs, { open: 'none', parameters, title: 'The network' })
  const example = await toSvg(loss, { parameters, title: 'One example' })
  parameters.forEach((p, i) => {
    p.grad = before[i]!
  })
  return [
    {
      title: 'The network',
      html: `<div class="wide" tabindex="0" role="region" aria-label="The network">${network}</div>`,
    },
    {
      title: 'One example, forward and backward',
      html: `<p>The first one: every number is <code>data</code>, what was computed, and <code>grad</code>, how the loss answers to it.</p><div class="wide" tabindex="0" role="region" aria-label="The graph of one example">${example}</div>`,
    },
  ]
}

function settings({ settings: all, result, repeat }: Training): Section {
  const rows = Object.entries({ ...all, epochs: result.history.length }).map(([key, x]) => {
    const shown = typeof x === 'string' ? x : JSON.stringify(x)
    const short = shown.length > 400 ? `${shown.slice(0, 399)}…` : shown
    return `<tr><th scope="row">${text(key)}</th><td>${text(short)}</td></tr>`
  })
  const again =
    repeat === undefined ? '' : `<p>To do the same again:</p><pre>${escapeXml(repeat)}</pre>`
  const html = `${again}<div class="wide" tabindex="0" role="region" aria-label="Settings"><table class="settings"><tbody>${rows.join('')}</tbody></table></div>`
  return { title: 'Settings', html }
}

const figures = (plots: readonly string[]): string =>
  `<div class="figures">${plots.map((plot) => `<figure>${plot}</figure>`).join('')}</div>`
