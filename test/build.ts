import { execFileSync } from 'node:child_process'

/** Builds the package and the studio once before all tests: some of them run what a user would install. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  execFileSync(
    'npm',
    ['run', '--silent', 'build', '--workspace', 'studio', '--', '--logLevel', 'warn'],
    {
      stdio: 'inherit',
    },
  )
}
