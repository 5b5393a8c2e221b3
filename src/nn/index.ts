/** Networks of Values: micrograd's Neuron, Layer and MLP, with PyTorch's state dictionaries. */
export type { Activation } from './activation.ts'
export type { Initialisation } from './initialisation.ts'
export { Layer, type LayerOptions } from './layer.ts'
export { type Architecture, MLP, type MLPOptions } from './mlp.ts'
export { Module, type NamedParameter, type StateDict } from './module.ts'
export { Neuron, type NeuronOptions } from './neuron.ts'
export type { NestedNumbers, Tensor } from './tensor.ts'
