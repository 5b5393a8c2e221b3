/** What the page and the worker that trains say to each other. */
import type { Contents } from 'chainrule/view'
import type { NetworkState } from '../share/state.ts'
import type { Bounds, Part } from './data.ts'

/** What the page asks for. */
export type Command =
  | { readonly kind: 'begin'; readonly settings: NetworkState }
  | { readonly kind: 'change'; readonly settings: NetworkState }
  | { readonly kind: 'play'; readonly playing: boolean; readonly pace: number }
  | { readonly kind: 'step'; readonly by: 'epoch' | 'batch' }
  | { readonly kind: 'seek'; readonly epoch: number; readonly batch: number }
  | { readonly kind: 'weight'; readonly index: number; readonly to: number }
  | { readonly kind: 'look'; readonly example: number; readonly unit: Unit | undefined }
  | { readonly kind: 'measure' }

/** A neuron by layer and place. */
export interface Unit {
  readonly layer: number
  readonly neuron: number
}

/** What does not change while a network learns. */
export interface Setting {
  readonly kind: 'setting'
  readonly features: readonly string[]
  readonly classes: readonly string[]
  /** Neurons of each layer, the last one too. */
  readonly sizes: readonly number[]
  readonly train: Pick<Part, 'points' | 'y'>
  readonly test: Pick<Part, 'points' | 'y'>
  readonly bounds: Bounds | undefined
  /** Places in a row and a column of a heat map. */
  readonly grid: number
  /** Pictures of data that lies in no plane: some rows, with their classes. */
  readonly pictures: readonly { readonly row: readonly number[]; readonly y: number }[]
}

/** How a network does on one part of the data. */
export interface Score {
  readonly loss: number
  readonly accuracy: number
}

/** Where training is. */
export interface Frame {
  readonly kind: 'frame'
  readonly playing: boolean
  readonly epoch: number
  /** Batches done of the epoch, of how many. */
  readonly batch: number
  readonly batches: number
  /** The nearest and the farthest epoch that one can go to. */
  readonly first: number
  readonly last: number
  /** By layer, neuron, weights and then the bias. */
  readonly weights: Float64Array
  /** Of the mean loss over the last batch. */
  readonly gradients: Float64Array
  /** The optimizer's memory, one list a slot. */
  readonly memory: readonly Float64Array[]
  readonly train: Score
  readonly test: Score
  /** The losses so far, of training and held-out data, of every n-th epoch. */
  readonly curve: { readonly every: number; readonly losses: Float64Array }
  /** The examples of the batch that comes next. */
  readonly coming: readonly number[]
  /** What each neuron says of each place of the plane, neuron after neuron; empty without a plane. */
  readonly field: Float32Array
  /** The outputs for `Setting.pictures`. */
  readonly answers: readonly (readonly number[])[]
  readonly epochsPerSecond: number
}

/** The graph of the loss of one example. */
export interface Look {
  readonly kind: 'look'
  readonly contents: Contents
  readonly title: string
}

/** Eager and compiled, side by side. */
export interface Measured {
  readonly kind: 'measured'
  /** Epochs a second. */
  readonly eager: number
  readonly compiled: number
  readonly loops: string
  readonly scalars: number
  readonly nests: number
  readonly bytes: number
}

/** What the doctor says. */
export interface Diagnosis {
  readonly kind: 'diagnosis'
  readonly findings: readonly { readonly severity: string; readonly text: string }[]
}

/** Something could not be done; the network is as it was. */
interface Trouble {
  readonly kind: 'trouble'
  readonly text: string
  /** Whether training goes on. */
  readonly playing: boolean
}

export type Report = Setting | Frame | Look | Measured | Diagnosis | Trouble
