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
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: ['test/build.ts'],
    reporters: ['default', './test/summary.ts'],
  },
})
