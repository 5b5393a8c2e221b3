import { execFileSync } from 'node:child_process'

/** Builds the package and the studio once before all tests: some of them run what a user would install. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  // A test run has a NODE_ENV of its own, which would make it another studio than the one that is shipped.
  const env = { ...process.env, NODE_ENV: 'production' }
  const build = ['run', '--silent', 'build', '--workspace', 'studio', '--', '--logLevel', 'error']
  execFileSync('npm', build, { stdio: 'inherit', env })
}
