/**
 * What somebody else's strict project says about the package: read by the type checker alone, here and, in
 * `types.test.ts`, against the declarations that are published. A line below `@ts-expect-error` must be wrong.
 */
import { type Operand, type Value, value } from 'chainrule'
import { type CompiledPredict, type CompileOptions, compile } from 'chainrule/compile'
import { moons } from 'chainrule/data'
import { parse } from 'chainrule/expression'
import { toOnnx, toPyTorch } from 'chainrule/interop'
import { lift, toLoops } from 'chainrule/lift'
import { crossEntropy, meanSquaredError } from 'chainrule/loss'
import { MLP } from 'chainrule/nn'
import * as node from 'chainrule/node'
import * as notebook from 'chainrule/notebook'
import { Adam } from 'chainrule/optim'
import { fit } from 'chainrule/train'
import { toSvg } from 'chainrule/view'

const model = new MLP(2, [4, 1])
const parameters = model.parameters()
const optimizer = new Adam(parameters)
const kinds = [{ length: 2 }, 'number'] as const

/** Arguments are what `inputs` says: a Value for a number or an index, a list for several. */
export const step = compile((x, y) => meanSquaredError(model.forward(x), y), {
  inputs: [{ length: 2 }, 'number'],
  parameters,
  optimizer,
})
export const named = compile((x: Value[], y: Value) => meanSquaredError(model.forward(x), y), {
  inputs: kinds,
  parameters,
})
export const labelled = compile((x, label) => crossEntropy(model.forward(x), label), {
  inputs: [{ length: 2 }, 'index'],
  parameters,
})
export const area = compile((width, height) => width.mul(height), { inputs: 2 })
export const predict: Promise<CompiledPredict> = compile((x) => model.forward(x), {
  inputs: [{ length: 2 }],
  parameters,
})
/** Kinds that only a run tells. */
export const wrapped = (f: (x: Value[], y: Value) => Operand, options: CompileOptions) =>
  compile(f, options)
export const loops = toLoops(
  lift((x, y) => meanSquaredError(model.forward(x), y), { inputs: kinds, parameters }),
)
export const python = toPyTorch((x) => model.forward(x), {
  inputs: [{ length: 2 }],
  parameters: model,
})
export const onnx = toOnnx((x) => model.forward(x), { inputs: [{ length: 2 }], parameters: model })

// @ts-expect-error a list of numbers has no mul
void compile((x) => x.mul(2), { inputs: [{ length: 2 }] })
// @ts-expect-error a number has no places
void compile((x) => x[0], { inputs: ['number'] })
// @ts-expect-error there is no second argument
void compile((x, y) => x.mul(y), { inputs: ['number'] })
// @ts-expect-error no such kind
void compile((x) => x.mul(2), { inputs: ['numbers'] })
// @ts-expect-error no such option
void compile((x) => x.mul(2), { inputs: 1, thread: 2 })
// @ts-expect-error a list of numbers has no mul
lift((x) => x.mul(2), { inputs: [{ length: 2 }] })
// @ts-expect-error a number is no list
toPyTorch((x) => model.forward(x), { inputs: ['number'], parameters: model })
// @ts-expect-error Values are not numbers
export const product = value(2) * 2
// @ts-expect-error no such option
void fit(model, moons(20), { epoch: 3 })
// @ts-expect-error no such activation
export const typo = new MLP(2, [4, 1], { activation: 'tahn' })

export const others = { fit, node, notebook, parse, toSvg }
