import type { Random } from '../random.ts'

/** How a layer's numbers are drawn, given how many inputs and outputs it has. */
interface Draw {
  weight(random: Random, fanIn: number, fanOut: number): number
  bias(random: Random, fanIn: number): number
}

const zero = (): number => 0

const initialisations = {
  /** micrograd's: weights uniform in [−1, 1], bias 0. */
  uniform: { weight: (random) => random.uniform(-1, 1), bias: zero },
  /** Glorot and Bengio 2010: uniform in ±√(6 / (fanIn + fanOut)), bias 0. For tanh and sigmoid. */
  xavier: {
    weight: (random, fanIn, fanOut) => symmetric(random, Math.sqrt(6 / (fanIn + fanOut))),
    bias: zero,
  },
  /** He et al. 2015: normal with deviation √(2 / fanIn), bias 0. For ReLU and its kin. */
  he: { weight: (random, fanIn) => random.gauss(0, Math.sqrt(2 / fanIn)), bias: zero },
  /** torch.nn.Linear's: weights, then biases, uniform in ±1/√fanIn. */
  torch: {
    weight: (random, fanIn) => symmetric(random, 1 / Math.sqrt(fanIn)),
    bias: (random, fanIn) => symmetric(random, 1 / Math.sqrt(fanIn)),
  },
} satisfies Record<string, Draw>

function symmetric(random: Random, bound: number): number {
  return random.uniform(-bound, bound)
}

/** The name of an initialisation. */
export type Initialisation = keyof typeof initialisations

/** Every initialisation. */
export const initialisationNames: readonly Initialisation[] = Object.keys(
  initialisations,
) as Initialisation[]

/** How `name` draws. Throws on an unknown name. */
export function initialisationOf(name: Initialisation): Draw {
  if (Object.hasOwn(initialisations, name)) return initialisations[name]
  const known = Object.keys(initialisations).join(', ')
  throw new RangeError(`unknown initialisation '${name}'; choose one of ${known}.`)
}
