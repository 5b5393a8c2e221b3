import { basisFormula, numberFormula } from '../formula.ts'
import { digits, factsText } from '../formula-text.ts'
import { enclosedMathml, escaped, formulaMathml, printedNumber } from '../formula-mathml.ts'
import type { Explanation } from './explanation.ts'
import type { Arrival, Station } from './flow.ts'
import type { Term } from './term.ts'
import { counted, definitionsIn, passing, productOf, silence, verdict } from './words.ts'

const math = (...parts: readonly string[]): string => `<math><mrow>${parts.join('')}</mrow></math>`
const sign = (text: string): string => `<mo>${text}</mo>`
const number = (x: number): string => printedNumber(x).text
const slope = (f: string, x: string): string =>
  `<mfrac><mrow><mo>∂</mo>${f}</mrow><mrow><mo>∂</mo>${x}</mrow></mfrac>`

/** An explanation as a part of a page. */
export function explanationHtml(explanation: Explanation): string {
  const { names, f, x, ways, flow, check } = explanation
  const [fName, xName] = [names.nameOf(f), names.nameOf(x)].map(escaped) as [string, string]
  if (ways === 0) {
    const silent = silence(names.nameOf(x), names.nameOf(f), x.first === null)
    const more = check.findings.length === 0 ? '' : ` ${verdict(explanation)}`
    return `<article class="explanation"><p>${escaped(silent + more)}</p></article>`
  }
  const title = math(
    slope(`<mi>${fName}</mi>`, `<mi>${xName}</mi>`),
    sign('='),
    number(explanation.gradient),
  )
  return [
    '<article class="explanation">',
    `<h2>${title}</h2>`,
    `<p>${math(`<mi>${fName}</mi>`, sign('='), formulaMathml(names.definitionOf(f)), sign('='), number(f.data))}</p>`,
    ...flowParts(explanation, flow),
    ...termParts(explanation),
    `<p class="verdict">${escaped(verdict(explanation))}</p>`,
    ...whereParts(explanation),
    '</article>',
  ].join('\n')
}

function flowParts({ names, f, x }: Explanation, flow: readonly Station[]): string[] {
  if (flow.length === 0) return []
  const fName = `<mi>${escaped(names.nameOf(f))}</mi>`
  const title = `How the gradient comes down from ${names.nameOf(f)} to ${names.nameOf(x)}`
  return [`<h3>${escaped(title)}</h3>`, '<ol class="flow">', ...flow.map(item), '</ol>']

  function item({ value, gradient, arrivals }: Station): string {
    const head = slope(fName, enclosedMathml(names.formulaOf(value)))
    if (arrivals.length === 0) return `<li>${math(head, sign('='), number(1))}: it starts here</li>`
    const whole = math(head, sign('='), number(gradient))
    if (arrivals.length === 1) return `<li>${whole}: ${arrival(arrivals[0]!)}</li>`
    return `<li>${whole}, the sum of<ul>${arrivals.map((a) => `<li>${math(number(a.term))}: ${arrival(a)}</li>`).join('')}</ul></li>`
  }

  function arrival(a: Arrival): string {
    const since = factsText(a.formula.facts)
    const reason = [passing(a), since && `since ${since}`].filter(Boolean).join(' ')
    const way = `through ${math(formulaMathml(names.formulaOf(a.through)))}`
    const factors = math(formulaMathml(basisFormula('mul', [a.formula, numberFormula(a.upstream)])))
    return `${factors} ${way}${reason ? `, as ${escaped(reason)}` : ''}`
  }
}

const row = (value: number, product: string, way: string): string =>
  `<tr><td>${escaped(digits(value))}</td><td>${product}</td><td>${way}</td></tr>`

function termParts({ names, x, ways, terms, rest }: Explanation): string[] {
  const order = ways > 1 ? ', largest first' : ''
  const way = ({ hops, omitted, omittedAfter }: Term): string => {
    const stops = hops.map(({ through }) => math(formulaMathml(names.formulaOf(through))))
    if (omitted > 0) stops.splice(omittedAfter, 0, `… ${omitted} more …`)
    return [...stops, math(`<mi>${escaped(names.nameOf(x))}</mi>`)].join(' → ')
  }
  const rows = terms.map((term) => row(term.value, math(formulaMathml(productOf(term))), way(term)))
  if (rest.count > 0)
    rows.push(row(rest.value, `the sum over the other ${counted(rest.count)}`, ''))
  return [
    `<h3>It comes by ${counted(ways)}${order}</h3>`,
    '<table class="terms"><thead><tr><th scope="col">term</th><th scope="col">product</th><th scope="col">way</th></tr></thead>',
    `<tbody>${rows.join('\n')}</tbody></table>`,
  ]
}

function whereParts(explanation: Explanation): string[] {
  const items = definitionsIn(explanation).map(({ name, formula, value }) => {
    const definition = formula === undefined ? [] : [sign('='), formulaMathml(formula)]
    return `<li>${math(`<mi>${escaped(name)}</mi>`, ...definition, sign('='), number(value.data))}</li>`
  })
  return items.length === 0 ? [] : ['<h3>where</h3>', `<ul class="where">${items.join('')}</ul>`]
}
