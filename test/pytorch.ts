import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Numbers as JSON carries them: ±∞, NaN and −0 have no spelling there, so they travel as words. */
export type Encoded = number | string

export function encode(x: number): Encoded {
  return Number.isFinite(x) && !Object.is(x, -0) ? x : String(Object.is(x, -0) ? '-0.0' : x)
}

/** The words are those of Python's `repr(float)` and of JavaScript's `String(number)`. */
export function decode(x: Encoded): number {
  if (typeof x === 'number') return x
  return {
    nan: NaN,
    NaN,
    inf: Infinity,
    Infinity,
    '-inf': -Infinity,
    '-Infinity': -Infinity,
    '-0.0': -0,
  }[x]!
}

/** Looks, and does not import: that takes seconds, and a torch that is broken should fail loudly. */
const hasTorch = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("torch") is None)'

function importsTorch(python: string): boolean {
  return spawnSync(python, ['-c', hasTorch], { timeout: 60_000 }).status === 0
}

const candidates = [process.env['PYTHON'], '/usr/bin/python3', 'python3'].filter(
  (python): python is string => python !== undefined && python !== '',
)

/** A Python that can import torch, or undefined. */
const python: string | undefined = candidates.find(importsTorch)

/**
 * Why a comparison with PyTorch cannot be made here; undefined where it can. In CI a missing PyTorch
 * is a failure, elsewhere the reason is printed and the comparison with the golden files remains.
 */
export const withoutPyTorch: string | undefined = reasonToSkip()

function reasonToSkip(): string | undefined {
  if (python !== undefined) return undefined
  const reason = `no PyTorch: none of ${candidates.join(', ')} can import torch; set PYTHON to one that can.`
  if (process.env['CI']) throw new Error(`CI compares with a real PyTorch, but there is ${reason}`)
  console.log(`skipped: ${reason}`)
  return reason
}

/** Milliseconds after which a program that waits for nobody is ended. */
const patience = 300_000

/** The same, for processes that meet through PyTorch's own server, where those of 1.13 wait for ever now and then. */
const patienceTogether = 100_000

/** How often such processes may begin. */
const attempts = 3

/** Runs a script of this folder with `input` as JSON on its stdin; what it prints is JSON as well. */
export function runPyTorch(script: string, input: unknown): unknown {
  return JSON.parse(printed([`test/golden/${script}`], patience, JSON.stringify(input)))
}

/** Runs a Python program as a user does, alone or as so many processes of torchrun; what it prints. */
export function runProgram(file: string, processes = 1): string {
  if (processes === 1) return printed([file], patience)
  const shared = ['-m', 'torch.distributed.run', '--standalone', `--nproc_per_node=${processes}`]
  for (let attempt = 1; ; attempt++) {
    // Logs of its own make torchrun start its processes under Python 3.11 with PyTorch 1.13.
    const folder = `${file}.logs-${attempt}`
    try {
      printed([...shared, '-r', '1', '-t', '1', '--log_dir', folder, file], patienceTogether)
    } catch (error) {
      if (!(error instanceof Hung) || attempt === attempts) throw error
      console.log(`${error.message}; once more`)
      continue
    }
    // What torchrun itself shows may lack the last lines of a process that ends at once.
    const written = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const own = written.find((path) => /\b0\/stdout\.log$/.test(path))!
    return readFileSync(join(folder, own), 'utf8')
  }
}

/** A program that did not end in time. */
class Hung extends Error {}

/** What Python prints, run with these arguments and `input` on its stdin. */
function printed(args: readonly string[], timeout: number, input = ''): string {
  if (python === undefined) throw new Error(String(withoutPyTorch))
  const { status, stdout, stderr, error } = spawnSync(python, args, {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    timeout,
    env: { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
  })
  const failure = `${python} ${args.join(' ')} failed`
  if (error && 'code' in error && error.code === 'ETIMEDOUT')
    throw new Hung(`${failure}: it did not end within ${timeout / 1000} s`)
  if (status !== 0) throw new Error(`${failure}: ${error?.message ?? stderr}`)
  return stdout
}
