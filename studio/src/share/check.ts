/** Whether data from a stranger is a state, item by item: only what is known is taken over. */
import { activations, featureNames, losses, optimizers, sources } from '../network/choices.ts'
import {
  longestOwnName,
  mostDerivatives,
  type NetworkState,
  type OwnData,
  type StudioState,
  viewNames,
} from './state.ts'

type Json = unknown
type Fields = Readonly<Record<string, Json>>

/** Letters of a name in a formula. */
const longestName = 1000

class Wrong extends Error {}

/** The state that `given` is. Throws, naming the item, where it is none. */
export function stateOf(given: Json): StudioState {
  const state = fields('the state', given)
  const expression = fields('expression', state['expression'])
  return {
    view: oneOf('view', state['view'], viewNames),
    expression: {
      text: text('expression.text', expression['text'], 100_000),
      numbers: numbersByName('expression.numbers', expression['numbers']),
      over: list('expression.over', expression['over'], mostDerivatives, (x) =>
        text('over', x, longestName),
      ),
    },
    network: networkOf(fields('network', state['network'])),
    lesson: text('lesson', state['lesson'], 60),
    code: state['code'] === undefined ? undefined : text('code', state['code'], 100_000),
  }
}

function networkOf(n: Fields): NetworkState {
  const own = n['own'] === undefined ? undefined : ownOf(fields('network.own', n['own']))
  const data = oneOf('network.data', n['data'], [...sources, 'own'])
  if (data === 'own' && own === undefined) throw new Wrong('network.own is missing')
  const named = data === 'own' && own!.features.length !== 2
  return {
    data,
    own,
    count: whole('network.count', n['count'], 10, 5000),
    noise: number('network.noise', n['noise'], 0, 10),
    held: number('network.held', n['held'], 0, 0.9),
    seed: whole('network.seed', n['seed'], 0, 2 ** 32 - 1),
    features: atLeastOne('network.features', n['features'], 100, (x) =>
      named ? text('feature', x, longestOwnName) : oneOf('feature', x, featureNames),
    ),
    hidden: list('network.hidden', n['hidden'], 6, (x) => whole('hidden', x, 1, 64)),
    activation: oneOf('network.activation', n['activation'], activations),
    loss: oneOf('network.loss', n['loss'], losses),
    l2: number('network.l2', n['l2'], 0, 10),
    optimizer: oneOf('network.optimizer', n['optimizer'], optimizers),
    learningRate: number('network.learningRate', n['learningRate'], 0, 100),
    batchSize: whole('network.batchSize', n['batchSize'], 1, 5000),
    weights:
      n['weights'] === undefined
        ? undefined
        : list('network.weights', n['weights'], 20_000, (x) => finite('weight', x)),
    epoch: whole('network.epoch', n['epoch'], 0, 1e9),
  }
}

function ownOf(own: Fields): OwnData {
  const classes = list('own.classes', own['classes'], 20, (x) => text('class', x, longestOwnName))
  const features = list('own.features', own['features'], 100, (x) =>
    text('feature', x, longestOwnName),
  )
  const rows = list('own.rows', own['rows'], 5000, (given) => {
    const row = fields('row', given)
    const x = list('row.x', row['x'], features.length, (x) => finite('x', x))
    if (x.length !== features.length) throw new Wrong('a row of own data is too short')
    return { x, y: whole('row.y', row['y'], 0, Math.max(0, classes.length - 1)) }
  })
  if (classes.length < 2 || features.length === 0)
    throw new Wrong('own data needs two classes and a feature')
  return { name: text('own.name', own['name'], longestOwnName), rows, classes, features }
}

function fields(name: string, x: Json): Fields {
  if (typeof x === 'object' && x !== null && !Array.isArray(x)) return x as Fields
  throw new Wrong(`${name} is no object`)
}

function text(name: string, x: Json, most: number): string {
  if (typeof x === 'string' && x.length <= most) return x
  throw new Wrong(`${name} is no text of at most ${most} letters`)
}

function number(name: string, x: Json, least: number, most: number): number {
  if (typeof x === 'number' && x >= least && x <= most) return x
  throw new Wrong(`${name} is no number from ${least} to ${most}`)
}

const finite = (name: string, x: Json): number =>
  number(name, x, -Number.MAX_VALUE, Number.MAX_VALUE)

function whole(name: string, x: Json, least: number, most: number): number {
  if (Number.isInteger(x)) return number(name, x, least, most)
  throw new Wrong(`${name} is no whole number`)
}

function oneOf<T extends string>(name: string, x: Json, known: readonly T[]): T {
  const found = known.find((one) => one === x)
  if (found !== undefined) return found
  throw new Wrong(`${name} is none that is known`)
}

function list<T>(name: string, x: Json, most: number, item: (x: Json) => T): T[] {
  if (Array.isArray(x) && x.length <= most) return x.map(item)
  throw new Wrong(`${name} is no list of at most ${most}`)
}

function atLeastOne<T>(name: string, x: Json, most: number, item: (x: Json) => T): T[] {
  const items = list(name, x, most, item)
  if (items.length > 0) return items
  throw new Wrong(`${name} is empty`)
}

function numbersByName(name: string, x: Json): Record<string, number> {
  const entries = Object.entries(fields(name, x)).slice(0, 200)
  return Object.fromEntries(
    entries.map(([key, x]) => [key, finite(text('name', key, longestName), x)]),
  )
}
