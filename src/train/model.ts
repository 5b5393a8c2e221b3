import type { Standardisation } from '../data/index.ts'
import { type Activation, MLP, type StateDict } from '../nn/index.ts'
import { checkSizes } from '../nn/size.ts'
import { checkFit } from '../nn/tensor.ts'
import { decode, encode } from './exact.ts'

/** What a model file holds beside architecture and weights. */
export interface ModelDetails {
  /** Names of the classes, if it decides between classes. */
  readonly classes?: readonly string[] | undefined
  /** Names of the input columns. */
  readonly features?: readonly string[] | undefined
  /** Inputs are shifted by the mean and divided by the deviation before the network sees them. */
  readonly standardisation?: Standardisation | undefined
  /** The loss it was trained with. */
  readonly loss?: string | undefined
  /** Settings and results of the training, for people. */
  readonly training?: Readonly<Record<string, unknown>> | undefined
}

/** A model file’s content. */
export interface LoadedModel extends ModelDetails {
  readonly model: MLP
}

const format = 'chainrule-model'
const version = 1

/** A trained MLP as the text of one JSON file; every weight is the exact double. */
export function saveModel(model: MLP, details: ModelDetails = {}): string {
  if (!(model instanceof MLP))
    throw new TypeError(
      'only an MLP can be saved as a model file; of another module, keep its stateDict().',
    )
  const { activation, outputActivation } = model.architecture
  if (typeof activation === 'function' || typeof outputActivation === 'function')
    throw new TypeError(
      'a model with an activation of your own cannot be saved: name one of the table’s.',
    )
  const weights = Object.entries(model.stateDict()).map(([name, { shape, data }]) => [
    name,
    { shape, data: encode(data) },
  ])
  const file = { format, version, architecture: model.architecture, ...details }
  return `${JSON.stringify({ ...file, weights: Object.fromEntries(weights) })}\n`
}

/** The model in the text of a file. Throws one clear line, naming `file`, if it is not one. */
export function loadModel(text: string, file = 'the model file'): LoadedModel {
  const refuse = (why: string): never => {
    throw new TypeError(`${file} is not a chainrule model: ${why}.`)
  }
  const content = parsed(text) ?? refuse('it is damaged or not JSON')
  if (content['format'] !== format) refuse(`its format is not '${format}'`)
  if (content['version'] !== version)
    refuse(`its version is ${String(content['version'])}, expected ${version}`)
  try {
    const weights = weightsOf(content['weights'])
    const model = built(content['architecture'] as Built, weights)
    model.loadStateDict(weights)
    const { classes, features, standardisation, loss, training } = content as ModelDetails
    return { model, classes, features, standardisation, loss, training }
  } catch (error) {
    return refuse((error as Error).message.replace(/\.$/, ''))
  }
}

interface Built {
  readonly inputs: number
  readonly sizes: readonly number[]
  readonly activation: Activation
  readonly outputActivation: Activation
}

/** An MLP of that architecture; nothing of its size is made before the weights are seen to fit. */
function built(architecture: Built | undefined, weights: StateDict): MLP {
  if (!Array.isArray(architecture?.sizes)) throw new TypeError('its architecture is missing')
  const { inputs, sizes, activation, outputActivation } = architecture
  checkSizes([inputs, ...sizes])
  sizes.forEach((fanOut, i) => {
    const fanIn = i === 0 ? inputs : sizes[i - 1]!
    checkFit(`layers.${i}.weight`, [fanOut, fanIn], weights[`layers.${i}.weight`])
    checkFit(`layers.${i}.bias`, [fanOut], weights[`layers.${i}.bias`])
  })
  return new MLP(inputs, sizes, { activation, outputActivation })
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(text)
    return typeof content === 'object' && content !== null
      ? (content as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function weightsOf(weights: unknown): StateDict {
  if (typeof weights !== 'object' || weights === null)
    throw new TypeError('its weights are missing')
  const entries = Object.entries(weights as StateDict).map(([name, tensor]) => {
    if (!Array.isArray(tensor?.shape)) throw new TypeError(`${name} has no shape`)
    return [name, { shape: tensor.shape, data: decode(tensor.data, name) }]
  })
  return Object.fromEntries(entries) as StateDict
}
