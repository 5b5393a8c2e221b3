/** What an update rule sees of one parameter, in the arithmetic of whoever runs it. */
export interface UpdateOf<T> {
  readonly parameter: T
  readonly gradient: T
  readonly state: readonly T[]
  readonly learningRate: T
  readonly step: T
}
