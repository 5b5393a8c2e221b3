import { execFileSync } from 'node:child_process'

/** Builds the package once before all tests: some of them run what a user would install. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
}
