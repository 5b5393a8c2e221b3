import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

/** Tests import the package by its public names; here those names lead to the sources. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^chainrule$/, replacement: source('index.ts') },
      { find: /^chainrule\/(.+)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: {
    include: ['test/*.test.ts'],
    // Most suites wait for a browser, a process or Python: two at a time pay even on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ['test/build.ts'],
    reporters: ['default', './test/summary.ts'],
  },
})
