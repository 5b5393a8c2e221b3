/** The lessons in their order. */
import type { Lesson } from '../lesson.ts'
import { accumulate } from './accumulate.ts'
import { activations } from './activations.ts'
import { chainRule } from './chain-rule.ts'
import { descent } from './descent.ts'
import { graph } from './graph.ts'
import { mlp } from './mlp.ts'
import { neuron } from './neuron.ts'
import { order } from './order.ts'
import { pytorch } from './pytorch.ts'
import { slope } from './slope.ts'
import { tensors } from './tensors.ts'
import { zeroGrad } from './zero-grad.ts'

export const lessons: readonly Lesson[] = [
  slope,
  graph,
  chainRule,
  accumulate,
  order,
  neuron,
  activations,
  mlp,
  descent,
  zeroGrad,
  pytorch,
  tensors,
]
