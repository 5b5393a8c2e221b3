import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * Runs a program of this folder in a process of its own and reads the JSON on the last line that it
 * prints. A Python program takes its interpreter as the first argument, `input` is its stdin.
 */
export async function outcome(program, args, input = '', flags = []) {
  const file = fileURLToPath(new URL(program, import.meta.url))
  const [command, ...rest] = program.endsWith('.py')
    ? [args[0], file, ...args.slice(1)]
    : [process.execPath, '--expose-gc', ...flags, file, ...args]
  const env = { ...process.env, OMP_NUM_THREADS: '1' }
  const running = promisify(execFile)(command, rest.map(String), { env })
  running.child.stdin.end(input)
  const { stdout } = await running
  return JSON.parse(stdout.trimEnd().split('\n').at(-1))
}

/** The first Python that can import `module`: $PYTHON, then python3 on the path, then the system's. */
export function pythonWith(module) {
  const candidates = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter(Boolean)
  return candidates.find((python) => {
    try {
      execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

/** Throws unless both lists hold the same numbers up to `tolerance`, relative from 1 upwards. */
export function agree(name, got, expected, tolerance) {
  for (const [i, want] of expected.entries()) {
    const error = Math.abs(got[i] - want) / Math.max(1, Math.abs(want))
    if (!(error <= tolerance))
      throw new Error(
        `${name} disagrees: number ${i} is ${got[i]}, expected ${want} within ${tolerance}; nothing was timed.`,
      )
  }
}
