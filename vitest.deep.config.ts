import { defineConfig } from 'vitest/config'
import fast from './vitest.config.ts'

/** The long suites: `npm run test:deep`. */
export default defineConfig({
  ...fast,
  test: { ...fast.test, include: ['test/deep/**/*.test.ts'], exclude: [], testTimeout: 600_000 },
})
