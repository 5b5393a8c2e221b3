/** Others that read ONNX files: the checker of the format's own library, and a runtime. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const runtimeFile = resolve(
  import.meta.dirname,
  '../ci/node_modules/onnxruntime-web/dist/ort.node.min.mjs',
)

interface OrtTensor {
  readonly data: ArrayLike<number>
  readonly dims: readonly number[]
}

/** What is used of onnxruntime-web. */
interface Ort {
  readonly env: { readonly wasm: { numThreads: number } }
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => OrtTensor
  readonly InferenceSession: {
    create(bytes: Uint8Array): Promise<{
      run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>
    }>
  }
}

function skipped(reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined
  if (process.env['CI']) throw new Error(`CI reads ONNX files with others, but there is ${reason}`)
  console.log(`skipped: ${reason}`)
  return reason
}

/** Why no runtime computes ONNX files here; undefined where one does. */
export const withoutRuntime: string | undefined = skipped(
  existsSync(runtimeFile) ? undefined : 'no onnxruntime-web: run npm ci --prefix ci.',
)

const pythons = [process.env['PYTHON'], '/usr/bin/python3', 'python3'].filter(
  (python): python is string => python !== undefined && python !== '',
)
const hasOnnx = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("onnx") is None)'
const python = pythons.find((own) => spawnSync(own, ['-c', hasOnnx]).status === 0)

/** Why ONNX files are not checked here; undefined where they are. */
export const withoutChecker: string | undefined = skipped(
  python === undefined ? `no onnx: none of ${pythons.join(', ')} can import it.` : undefined,
)

/** What the checker finds wrong in each file; null where nothing is. */
export function checkedFiles(files: readonly string[]): (string | null)[] {
  const { status, stdout, stderr } = spawnSync(python!, ['test/golden/onnx_check.py'], {
    input: JSON.stringify({ files }),
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as (string | null)[]
}

/** An argument of a model: its numbers for every example. */
export interface Fed {
  readonly name: string
  readonly kind: 'number' | 'index' | { readonly length: number }
  readonly numbers: readonly number[]
}

/** What a runtime computes: a function of the arguments. */
export async function ranByRuntime(
  bytes: Uint8Array,
  precision: 'f32' | 'f64',
): Promise<(fed: readonly Fed[]) => Promise<OrtTensor>> {
  const ort = (await import(/* @vite-ignore */ runtimeFile)) as Ort
  ort.env.wasm.numThreads = 1
  const session = await ort.InferenceSession.create(bytes)
  const tensor = ({ kind, numbers }: Fed): OrtTensor => {
    if (kind === 'index')
      return new ort.Tensor('int64', BigInt64Array.from(numbers.map(BigInt)), [numbers.length])
    const width = typeof kind === 'object' ? kind.length : 1
    const dims = [numbers.length / width, ...(typeof kind === 'object' ? [width] : [])]
    return precision === 'f32'
      ? new ort.Tensor('float32', Float32Array.from(numbers), dims)
      : new ort.Tensor('float64', Float64Array.from(numbers), dims)
  }
  return async (fed) => {
    const feeds = Object.fromEntries(fed.map((own) => [own.name, tensor(own)]))
    return (await session.run(feeds))['output']!
  }
}
