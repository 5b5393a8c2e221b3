/** Programs and weights for other libraries: bytes and text in, bytes and text out. */
export { FormatError } from './format-error.ts'
export { loadNpy, loadNpz } from './npy.ts'
export {
  loadSafetensors,
  type SafetensorsOptions,
  safetensorsMetadata,
  saveSafetensors,
  type Stateful,
} from './safetensors.ts'
export type { StateDict, Tensor } from './tensor.ts'
export { type DenseNetwork, fromOnnx } from './onnx/network.ts'
export { toOnnx, type OnnxOptions } from './onnx/onnx.ts'
export { toPyTorch, type PyTorchOptions } from './torch/torch.ts'
export type { Column, TrainingData } from './torch/data.ts'
export type { OptimizerRule } from './torch/optimizer.ts'
export type { ScheduleSettings } from './torch/schedule.ts'
export type { NamedModule, NamedValues, Parameters } from './tensor/parameters.ts'
