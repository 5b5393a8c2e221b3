/** Whether an answer is right, and what to say about it. */
import { parse } from 'chainrule/expression'
import type { Arrange, Choose, Facts, Fix, Numbers, Predict, Reach } from '../lesson.ts'
import { shown } from '../../number.ts'

export interface Verdict {
  readonly right: boolean
  readonly says: string
}

const no = (says: string): Verdict => ({ right: false, says })
const yes = ({ because }: { readonly because: string }): Verdict => ({ right: true, says: because })

/** Readers round: half a percent, or half a hundredth, is near enough. */
const near = (given: number, wanted: number): boolean =>
  Math.abs(given - wanted) <= Math.max(0.005, 0.005 * Math.abs(wanted))

export function checkPredict(task: Predict, text: string): Verdict {
  const given = numberOf(text)
  if (typeof given !== 'number') return given
  const answer = task.answer()
  if (near(given, answer)) return yes(task)
  const mistake = task.mistakes?.find(({ gives }) => near(given, gives))
  if (mistake !== undefined) return no(mistake.says)
  if (near(given, -answer)) return no('The size is right, the sign is not.')
  return no(task.hint)
}

/** `1/3` is a number too: whatever the parser of expressions reads without a name. */
function numberOf(text: string): number | Verdict {
  const written = text
    .trim()
    .replaceAll('−', '-')
    .replace(/^([+-]?\d+),(\d+)$/, '$1.$2')
  if (written === '') return no('Write a number first.')
  try {
    const { data } = parse(written)()
    return Number.isFinite(data) ? data : no('That is no finite number.')
  } catch {
    return no(`“${text.trim().slice(0, 30)}” is no number: write one such as −1.5 or 1/3.`)
  }
}

export function checkChoose(task: Choose, chosen: string | undefined): Verdict {
  if (chosen === undefined) return no('Choose one first.')
  return chosen === task.right ? yes(task) : no(task.others[chosen]!)
}

export function checkArrange(task: Arrange, items: readonly string[]): Verdict {
  const broken = task.rules.find(({ first, after }) => items.indexOf(first) > items.indexOf(after))
  return broken === undefined ? yes(task) : no(broken.says)
}

export function checkReach(task: Reach, facts: Facts): Verdict {
  const missing = task.missing(facts)
  return missing === undefined ? yes(task) : no(missing)
}

export function checkFix(task: Fix, text: string): Verdict {
  try {
    const [given, wanted] = [parse(text), parse(task.solution)]
    const stranger = given.names.find((name) => task.points[0]?.[name] === undefined)
    if (stranger !== undefined) return no(`There is no ${stranger} here: use ${namesIn(task)}.`)
    for (const point of task.points) {
      const [x, y] = [given(point).data, wanted(point).data]
      if (!near(x, y))
        return no(`${at(point)} it gives ${shown(x)} and should give ${shown(y)}. ${task.hint}`)
    }
    return yes(task)
  } catch (error) {
    const { reason, message } = error as Error & { readonly reason?: string }
    return no(`This cannot be read: ${reason ?? message}`)
  }
}

const namesIn = ({ points }: Fix): string => Object.keys(points[0] ?? {}).join(', ')
const at = (point: Numbers): string =>
  `At ${Object.entries(point)
    .map(([name, x]) => `${name} = ${shown(x)}`)
    .join(', ')}`
