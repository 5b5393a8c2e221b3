import type { MLP } from '../nn/index.ts'
import { type LoadedModel, loadModel, type ModelDetails, saveModel } from '../train/index.ts'
import { readText, writeFileWhole } from './file.ts'

/** Writes a model file, whole or not at all. */
export async function writeModel(
  file: string,
  model: MLP,
  details: ModelDetails = {},
): Promise<void> {
  await writeFileWhole(file, saveModel(model, details))
}

/** Reads a model file. Throws one clear line if it is damaged or something else. */
export async function readModel(file: string): Promise<LoadedModel> {
  return loadModel(await readText(file), file)
}
