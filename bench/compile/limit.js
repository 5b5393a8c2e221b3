/** The limit: the same steps in C by hand, as a program of this machine and as WebAssembly. */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { flat } from './networks.js'

const folder = fileURLToPath(new URL('limit/', import.meta.url))
const packages = { gcc: 'gcc', clang: 'clang', 'wasm-ld': 'lld' }

/** Of these commands, what is not there: in words, with what to install. */
export function missing(...commands) {
  const absent = commands.filter((command) => {
    try {
      execFileSync(command, ['--version'], { stdio: 'ignore' })
      return false
    } catch {
      return true
    }
  })
  if (absent.length === 0) return undefined
  const names = absent.map((command) => packages[command])
  return `skipped, there is no ${absent.join(' and no ')} (apt-get install ${names.join(' ')}).`
}

function definitions({ activation, loss, decay, optimizer, layers, X }, lanes) {
  const sizes = [X[0].length, ...layers.map(({ bias }) => bias.length)]
  return [
    `-DSIZES=${sizes.join()}`,
    `-DBATCH=${X.length}`,
    `-DDECAY=${decay.toFixed(6)}f`,
    `-DLANES=${lanes}`,
    `-DACROSS=${lanes > 4 ? 4 : 2}`,
    ...(activation === 'tanh' ? ['-DTANH'] : []),
    ...(optimizer === 'Adam' ? ['-DADAM'] : []),
    ...(loss === 'maxMargin' ? ['-DMARGIN'] : []),
  ]
}

/** Runs `use` with the file that a compiler makes of the network. */
async function built(command, flags, source, use) {
  const place = mkdtempSync(join(tmpdir(), 'chainrule-limit-'))
  try {
    const file = join(place, 'network')
    execFileSync(command, [...flags, '-o', file, join(folder, source)])
    return await use(file)
  } finally {
    rmSync(place, { recursive: true })
  }
}

/** Lanes of a vector of this machine, as gcc finds them. */
function lanes() {
  const macros = execFileSync('gcc', ['-march=native', '-dM', '-E', '-'], { input: '' }).toString()
  return macros.includes('__AVX512F__') ? 16 : macros.includes('__AVX__') ? 8 : 4
}

/** check|time by the program of this machine. */
export function native(problem, task) {
  const flags = ['-O3', '-march=native', '-fno-math-errno', '-fno-trapping-math']
  const rates = Array.from({ length: 100 }, (_, k) => problem.rate(k))
  const { layers, X, y } = problem
  const numbers = Float32Array.from([...flat(layers), ...X.flat(), ...y, ...rates])
  return built('gcc', [...flags, ...definitions(problem, lanes())], 'main.c', async (file) => {
    const output = await new Promise((done, fail) => {
      const running = execFile(file, [task], (error, text) => (error ? fail(error) : done(text)))
      running.stdin.end(new Uint8Array(numbers.buffer))
    })
    return JSON.parse(output)
  })
}

/** A step by WebAssembly. */
export function webAssembly(problem) {
  const target = ['--target=wasm32', '-msimd128', '-mbulk-memory', '-O3', '-nostdlib']
  const exports = ['start', 'step', 'parameters', 'inputs', 'labels']
  const flags = [...target, '-Wl,--no-entry', ...exports.map((name) => `-Wl,--export=${name}`)]
  return built('clang', [...flags, ...definitions(problem, 4)], 'network.c', async (file) => {
    const { instance } = await WebAssembly.instantiate(readFileSync(file))
    const { memory, start, step, ...places } = instance.exports
    const given = { parameters: flat(problem.layers), inputs: problem.X.flat(), labels: problem.y }
    for (const [name, numbers] of Object.entries(given))
      new Float32Array(memory.buffer).set(numbers, places[name].value / 4)
    start()
    return (k) => step(problem.rate(k), k + 1)
  })
}
