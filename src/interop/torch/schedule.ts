/** Learning rates over time as a function of Python. */

/** A learning rate as plain data, as `chainrule/optim` tells it. */
export type ScheduleSettings = { readonly name: string } & {
  readonly [setting: string]: number | string | ScheduleSettings
}

type Told = Readonly<Record<string, number | string | ScheduleSettings>>

/** The lines of a function body that returns the rate of `step`, by schedule. */
const bodies: Readonly<Record<string, (told: Told) => readonly string[]>> = {
  constant: ({ rate }) => [`return ${n(rate)}`],
  linear: ({ from, to, steps }) => [
    `return ${n(from)} + (${n(to)} - ${n(from)}) * min(1, step / ${n(steps)})`,
  ],
  cosine: ({ from, to, steps }) => [
    `wave = 1 + math.cos(math.pi * min(1, step / ${n(steps)}))`,
    `return ${n(to)} + (${n(from)} - ${n(to)}) * wave / 2`,
  ],
  stepDecay: ({ rate, factor, every }) => [
    `return ${n(rate)} * ${n(factor)} ** math.floor(step / ${n(every)})`,
  ],
  warmUp: ({ after, steps }) => [
    'def after(step):',
    ...bodyOf(after as ScheduleSettings)!.map((line) => `    ${line}`),
    '',
    `if step < ${n(steps)}:`,
    `    return after(0) * (step + 1) / ${n(steps)}`,
    `return after(step - ${n(steps)})`,
  ],
}

const n = (x: Told[string] | undefined): string => (typeof x === 'object' ? '' : `${x}`)

function bodyOf(settings: ScheduleSettings): readonly string[] | undefined {
  const known = Object.hasOwn(bodies, settings.name) ? bodies[settings.name] : undefined
  const inner = settings['after']
  if (typeof inner === 'object' && bodyOf(inner) === undefined) return undefined
  return known?.(settings)
}

/** `def learning_rate(step)`; a schedule of one's own is told by the rates of its steps. */
export function scheduleFunction(settings: ScheduleSettings, rates: readonly number[]): string[] {
  const body = bodyOf(settings) ?? [`return [${rates.join(', ')}][step]`]
  return [
    'def learning_rate(step):',
    `    """${Object.hasOwn(bodies, settings.name) ? settings.name : 'Rates'}; steps count from 0."""`,
    ...body.map((line) => (line === '' ? '' : `    ${line}`)),
  ]
}
