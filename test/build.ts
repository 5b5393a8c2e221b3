import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

/** Builds the package and the studio once before all tests: some of them run what a user would install. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  if (changed('dist/studio/index.html') > newest(['studio', 'src', 'scripts', 'README.md'])) return
  // A test run has a NODE_ENV of its own, which would make it another studio than the one that is shipped.
  const env = { ...process.env, NODE_ENV: 'production' }
  const build = ['run', '--silent', 'build', '--workspace', 'studio', '--', '--logLevel', 'error']
  execFileSync('npm', build, { stdio: 'inherit', env })
}

/** When a file was last written; 0: it is not there. */
const changed = (path: string): number =>
  statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0

/** When anything of these files and folders was last written, but for what the build itself writes. */
function newest(paths: readonly string[]): number {
  const times = paths.flatMap((path) =>
    statSync(join(root, path)).isFile()
      ? changed(path)
      : readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
          .filter((file) => !file.includes('node_modules') && !file.endsWith('page/bundle.js'))
          .map((file) => changed(join(path, file))),
  )
  return Math.max(...times)
}
