/** What the Network view offers, by name. */
export const sources = [
  'moons',
  'circles',
  'spirals',
  'xor',
  'blobs',
  'yinYang',
  'iris',
  'digits',
] as const
export const activations = [
  'tanh',
  'relu',
  'sigmoid',
  'leakyRelu',
  'elu',
  'gelu',
  'silu',
  'softplus',
  'linear',
] as const
export const losses = [
  'binaryCrossEntropy',
  'crossEntropy',
  'maxMargin',
  'meanSquaredError',
] as const
export const optimizers = ['SGD', 'momentum', 'Adam', 'AdamW', 'RMSprop'] as const
/** Features of a point of the plane. */
export const featureNames = ['x', 'y', 'x²', 'y²', 'xy', 'sin x', 'sin y'] as const
