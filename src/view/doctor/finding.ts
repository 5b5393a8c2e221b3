/** What the doctor can find, causes before what follows from them. */
const kinds = [
  'notFinite',
  'forgottenZeroGrad',
  'inputsNotStandardised',
  'learningRateTooHigh',
  'deadActivations',
  'saturatedActivations',
  'vanishingGradients',
  'explodingGradients',
  'learningRateTooLow',
] as const

export type FindingKind = (typeof kinds)[number]

/** What is no news once something else is found: who mends the cause mends these too. */
const consequences: Partial<Record<FindingKind, readonly FindingKind[]>> = {
  notFinite: kinds.slice(1),
  forgottenZeroGrad: kinds.slice(3),
  inputsNotStandardised: kinds.slice(3),
  learningRateTooHigh: kinds.slice(4),
  deadActivations: ['vanishingGradients', 'learningRateTooLow'],
  saturatedActivations: ['vanishingGradients', 'explodingGradients', 'learningRateTooLow'],
  vanishingGradients: ['learningRateTooLow'],
  explodingGradients: ['learningRateTooHigh', 'deadActivations', 'saturatedActivations'],
}

/** One thing that is wrong with a training: what was measured, and one thing to try. */
export class Finding {
  readonly kind: FindingKind
  /** 'error': nothing can be learned like this. 'warning': learning is worse than it could be. */
  readonly severity: 'error' | 'warning'
  /** The step, the example, the layer or the neuron, as far as they are known. */
  readonly where: string
  /** What was measured, in words. */
  readonly measured: string
  /** One thing to try. */
  readonly advice: string
  /** The same measurements as numbers. */
  readonly numbers: Readonly<Record<string, number>>

  constructor(finding: Omit<Finding, 'toString'>) {
    this.kind = finding.kind
    this.severity = finding.severity
    this.where = finding.where
    this.measured = finding.measured
    this.advice = finding.advice
    this.numbers = finding.numbers
  }

  /** `layers.1: 16 of 16 relu are off … Try …` */
  toString(): string {
    const place = this.where === '' ? '' : `${this.where}: `
    return `${place}${this.measured}. ${this.advice}`
  }
}

/** Causes first, without what follows from one of them, or from what was known before. */
export function ranked(findings: readonly Finding[], known: readonly Finding[] = []): Finding[] {
  const explained = new Set(known.flatMap(({ kind }) => consequences[kind] ?? []))
  return [...findings]
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
    .filter(({ kind }) => {
      const news = !explained.has(kind)
      if (news) for (const consequence of consequences[kind] ?? []) explained.add(consequence)
      return news
    })
}

/** Three significant digits. */
export function digits(x: number): string {
  const size = Math.abs(x)
  const plain = size === 0 || (size >= 1e-4 && size < 1e6)
  return plain ? String(Number(x.toPrecision(3))) : x.toExponential(2).replace(/\.?0*e\+?/, 'e')
}

/** The largest of a list of any length; −∞ of nothing. */
export function largestOf(x: readonly number[]): number {
  return x.reduce((most, xi) => Math.max(most, xi), -Infinity)
}

/** When and where, as far as that is known. */
export function place(step: number | undefined, ...parts: readonly (string | undefined)[]): string {
  const when = step === 0 ? 'at the start' : step && `after step ${step}`
  return [when, ...parts].filter((part) => part !== undefined && part !== '').join(', ')
}
