import { defineConfig } from 'vitest/config'
import { reporters } from '../vitest.reporters.ts'

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['test/**/*.test.ts'],
    // The clients are heavy programs and CI machines have two cores.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    ...reporters,
  },
})
