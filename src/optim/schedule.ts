/** Learning rates over time. Steps are counted from 0, one a batch. */

/** A learning rate for each step, with the settings it was made from. */
export interface Schedule {
  (step: number): number
  readonly settings: ScheduleSettings
}

/** A number, a schedule, or any function of the step. */
export type LearningRate = number | ((step: number) => number)

/** A schedule as plain data, for files and exports. */
export type ScheduleSettings = { readonly name: string } & {
  readonly [setting: string]: number | string | ScheduleSettings
}

function schedule(settings: ScheduleSettings, rate: (step: number) => number): Schedule {
  for (const [name, x] of Object.entries(settings))
    if (typeof x === 'number' && !(Number.isFinite(x) && x >= 0))
      throw new RangeError(`${settings.name} schedule: ${name} is a number from 0 on, got ${x}.`)
  return Object.assign((step: number) => rate(step), { settings })
}

/** A learning rate as plain data; a function without settings is told apart by its text. */
export function settingsOf(rate: LearningRate): ScheduleSettings {
  if (typeof rate === 'number') return constant(rate).settings
  const { settings } = rate as Partial<Schedule>
  return settings ?? { name: 'custom', text: String(rate) }
}

/** Throws unless a schedule that ends, or repeats, does so after at least one step. */
function requireLength(name: string, setting: string, length: number): void {
  if (!(length >= 1))
    throw new RangeError(`${name} schedule: ${setting} is a number from 1 on, got ${length}.`)
}

/** The same rate at every step. */
export function constant(rate: number): Schedule {
  return schedule({ name: 'constant', rate }, () => rate)
}

/** from + (to − from)·step/steps, and `to` from there on. */
export function linear(from: number, to: number, steps: number): Schedule {
  requireLength('linear', 'steps', steps)
  return schedule(
    { name: 'linear', from, to, steps },
    (step) => from + (to - from) * Math.min(1, step / steps),
  )
}

/** Half a cosine wave from `from` down to `to` over `steps`. Loshchilov and Hutter 2017. */
export function cosine(from: number, to: number, steps: number): Schedule {
  requireLength('cosine', 'steps', steps)
  return schedule(
    { name: 'cosine', from, to, steps },
    (step) => to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, step / steps)))) / 2,
  )
}

/** rate · factor^⌊step / every⌋. */
export function stepDecay(rate: number, factor: number, every: number): Schedule {
  requireLength('stepDecay', 'every', every)
  return schedule(
    { name: 'stepDecay', rate, factor, every },
    (step) => rate * factor ** Math.floor(step / every),
  )
}

/** Rises linearly over the first `steps` steps, then follows `after`, counted from its own start. */
export function warmUp(after: LearningRate, steps: number): Schedule {
  const next = typeof after === 'number' ? constant(after) : after
  return schedule({ name: 'warmUp', after: settingsOf(next), steps }, (step) =>
    step < steps ? (next(0) * (step + 1)) / steps : next(step - steps),
  )
}
