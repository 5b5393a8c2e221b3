import type { Row } from '../../ops.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** What the text of an expression needs of the program around it. */
export interface Surroundings {
  /** The variable or attribute that holds a tensor. */
  nameOf(tensor: Tensor): string
  /** The call of a torch.nn.Linear with this weight and bias, if there is one. */
  linear(weight: Tensor, bias: Tensor | undefined): string | undefined
  /** A buffer of the module with these places, of these extents. */
  places(at: readonly number[], extents: readonly number[]): string
  /** The function that a user's own row became. */
  functionOf(row: Row): string
  /** How many examples there are. */
  readonly examples: string
  /** Another name for a result on the way. */
  fresh(): string
}
