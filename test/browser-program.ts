/** A program that runs in Node and, bundled, on a page: see browser.test.ts. */
import { iris, moons } from 'chainrule/data'
import { loadNpz, loadSafetensors, saveSafetensors } from 'chainrule/interop'
import { MLP } from 'chainrule/nn'
import { SGD } from 'chainrule/optim'
import { fit, loadModel, saveModel } from 'chainrule/train'

export interface Outcome {
  readonly weights: number[]
  readonly accuracy: number | undefined
  readonly saved: boolean
  readonly flowers: number
  readonly arrays: object
}

/** What numpy's `savez_compressed` makes of a = [[1.5, -2], [3, 4]] in Fortran's order. */
const archive =
  'UEsDBBQAAAAIAAAAIQBoPeY9VQAAAKAAAAAFABQAYS5ucHkBABAAoAAAAAAAAABVAAAAAAAAAJvsF+obEMnI' +
  'UMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEg8pKk0FChdnJBakArkaRjoKRpo6CrUK5AMuBjD4' +
  'YQ+hORwgNMMBCCXgAABQSwECFAMUAAAACAAAACEAaD3mPVUAAACgAAAABQAAAAAAAAAAAAAAgAEAAAAAYS5u' +
  'cHlQSwUGAAAAAAEAAQAzAAAAjAAAAAAA'

/** Only +, −, × and comparisons, which IEEE 754 fixes to the last bit on every machine. */
export async function inBrowser(): Promise<Outcome> {
  const model = new MLP(2, [8, 1], { activation: 'relu' })
  const optimizer = new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9 })
  const data = moonsOfWholeParts()
  const { evaluation } = await fit(model, data, { optimizer, loss: 'maxMargin', epochs: 10 })
  const weights = model.parameters().map((p) => p.data)
  const again = loadModel(saveModel(model))
    .model.parameters()
    .map((p) => p.data)
  const saved = weights.every((w, i) => w === again[i])
  const bytes = Uint8Array.from(atob(archive), (letter) => letter.charCodeAt(0))
  const arrays = await loadNpz(bytes)
  const file = saveSafetensors(model)
  model.loadStateDict(loadSafetensors(file))
  const kept = weights.every((w, i) => w === model.parameters()[i]!.data)
  return {
    weights,
    accuracy: evaluation.accuracy,
    saved: saved && kept,
    flowers: iris().X.length,
    arrays,
  }
}

/** Two moons, rounded so that differences between sin here and there cannot matter. */
function moonsOfWholeParts(): ReturnType<typeof moons> {
  const data = moons(100)
  return { ...data, X: data.X.map((x) => x.map((xi) => Math.round(xi * 64) / 64)) }
}
