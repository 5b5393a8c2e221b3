import { basisFormula, numberFormula } from '../formula.ts'
import { digits, enclosedText, factsText, formulaText } from '../formula-text.ts'
import type { Explanation } from './explanation.ts'
import type { Station } from './flow.ts'
import type { Term } from './term.ts'
import { counted, definitionsIn, passing, productOf, silence, verdict } from './words.ts'

/** An explanation for a terminal. */
export function explanationText(explanation: Explanation): string {
  const { names, f, x, ways, flow, check } = explanation
  const [fName, xName] = [names.nameOf(f), names.nameOf(x)]
  const definition = formulaText(names.definitionOf(f))
  const head = [fName, ...(definition === fName ? [] : [definition]), digits(f.data)].join(' = ')
  if (ways === 0) {
    const silent = silence(xName, fName, x.first === null)
    return check.findings.length === 0 ? silent : `${silent}\n${verdict(explanation)}`
  }
  return [
    head,
    ...(flow.length === 0
      ? []
      : [
          '',
          `How the gradient comes down from ${fName} to ${xName}:`,
          ...flow.flatMap(stationLines),
        ]),
    '',
    ...termLines(explanation),
    verdict(explanation),
    ...where(explanation),
  ].join('\n')

  function stationLines({ value, gradient, arrivals }: Station): string[] {
    const partial = `∂${fName}/∂${enclosedText(names.formulaOf(value))}`
    if (arrivals.length === 0) return [`  ${partial} = 1: it starts here`]
    const texts = arrivals.map((arrival) => {
      const { through, formula, upstream, term } = arrival
      const way = `through ${formulaText(names.formulaOf(through))}`
      const since = factsText(formula.facts)
      const reason = [passing(arrival), since && `since ${since}`].filter(Boolean).join(' ')
      const product =
        formulaText(formula) === '1'
          ? ''
          : ` = ${formulaText(basisFormula('mul', [formula, numberFormula(upstream)]))}`
      return [digits(term), `${product} ${way}${reason ? `: ${reason}` : ''}`] as const
    })
    if (texts.length === 1) return [`  ${partial} = ${texts[0]!.join('')}`]
    const width = Math.max(...texts.map(([number]) => number.length))
    return [
      `  ${partial} = ${digits(gradient)}, the sum of`,
      ...texts.map(([number, text]) => `    ${number.padEnd(width)}${text}`),
    ]
  }
}

/** The ways, largest first, in columns. */
function termLines(explanation: Explanation): string[] {
  const { names, f, x, ways, terms, rest, gradient } = explanation
  const slope = `∂${names.nameOf(f)}/∂${names.nameOf(x)} = ${digits(gradient)}`
  const order = ways > 1 ? ', largest first' : ''
  const rows = terms.map((term) => [digits(term.value), product(term), way(term)])
  if (rest.count > 0)
    rows.push([digits(rest.value), `the sum over the other ${counted(rest.count)}`, ''])
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  return [
    `${slope} comes by ${counted(ways)}${order}:`,
    ...rows.map(([value, formula, steps]) =>
      `  ${value!.padEnd(widths[0]!)}  ${formula!.padEnd(widths[1]!)}  ${steps}`.trimEnd(),
    ),
  ]

  function way({ hops, omitted, omittedAfter }: Term): string {
    const stops = hops.map(({ through }) => formulaText(names.formulaOf(through)))
    if (omitted > 0) stops.splice(omittedAfter, 0, `… ${omitted} more …`)
    return [...stops, names.nameOf(x)].join(' → ')
  }
}

const product = (term: Term): string => formulaText(productOf(term))

/** What the names stand for. */
function where(explanation: Explanation): string[] {
  const definitions = definitionsIn(explanation)
  const leaves = definitions.filter(({ formula }) => formula === undefined)
  const computed = definitions.filter(({ formula }) => formula !== undefined)
  const lines = computed.map(
    ({ name, formula, value }) => `  ${name} = ${formulaText(formula!)} = ${digits(value.data)}`,
  )
  if (leaves.length > 0)
    lines.push(`  ${leaves.map(({ name, value }) => `${name} = ${digits(value.data)}`).join(', ')}`)
  return lines.length === 0 ? [] : ['', 'where', ...lines]
}
