/** The examples on which a model does worst. */
import type { Examples } from '../../data/index.ts'
import { escapeXml, printable } from '../../view/label.ts'
import type { Model } from '../evaluate.ts'
import { classOf, type Objective } from '../objective.ts'

const most = 12

/** An example that was decided wrongly. */
interface Mistake {
  readonly at: number
  readonly x: readonly number[]
  readonly truth: number
  readonly answer: number
  readonly loss: number
}

/** Wrong answers, the largest losses first. */
export function mistakesOf(
  model: Model,
  data: Examples,
  predictions: readonly number[],
  objective: Objective,
): Mistake[] {
  const wrong = predictions.flatMap((answer, at) =>
    answer === classOf(data.y[at]!) ? [] : [{ answer, at }],
  )
  return wrong
    .slice(0, 200)
    .map(({ answer, at }) => {
      const x = data.X[at]!
      const loss = objective.loss(model.forward(x), objective.encode(data.y[at]!)).data
      return { at, x, truth: classOf(data.y[at]!), answer, loss }
    })
    .toSorted((a, b) => b.loss - a.loss)
    .slice(0, most)
}

/** Them as HTML: pictures where examples are square images, else their numbers. */
export function mistakesHtml(mistakes: readonly Mistake[], data: Examples): string {
  const name = (k: number): string => escapeXml(printable(data.classes?.[k] ?? `class ${k}`))
  const side = Math.sqrt(data.X[0]!.length)
  const isImage = Number.isInteger(side) && side >= 4
  const items = mistakes.map(({ at, x, truth, answer, loss }) => {
    const caption =
      `<strong>${name(answer)}</strong>, not ${name(truth)}` +
      `<small>example ${at}, loss ${loss.toPrecision(3)}</small>`
    const shown = isImage ? image(x, side) : numbersList(x, data.features)
    return `<li>${shown}<p>${caption}</p></li>`
  })
  return `<ul class="mistakes${isImage ? ' images' : ''}">${items.join('')}</ul>`
}

/** A square of grey pixels, the least number black. */
function image(x: readonly number[], side: number): string {
  const [low, high] = [Math.min(...x), Math.max(...x)]
  const pixels = x.map((xi, i) => {
    const grey = Math.round((255 * (xi - low)) / Math.max(1e-12, high - low))
    return grey === 0
      ? ''
      : `<rect x="${i % side}" y="${Math.floor(i / side)}" width="1.02" height="1.02" fill="rgb(${grey},${grey},${grey})"/>`
  })
  return `<svg class="image" viewBox="0 0 ${side} ${side}" aria-hidden="true"><rect width="${side}" height="${side}"/>${pixels.join('')}</svg>`
}

function numbersList(x: readonly number[], features: Examples['features']): string {
  const shown = x.slice(0, 8).map((xi, i) => {
    const feature = escapeXml(printable(features?.[i] ?? `x${i}`))
    return `<dt>${feature}</dt><dd>${Number(xi.toPrecision(4))}</dd>`
  })
  const more = x.length > shown.length ? `<dt>…</dt><dd>${x.length - shown.length} more</dd>` : ''
  return `<dl>${shown.join('')}${more}</dl>`
}
