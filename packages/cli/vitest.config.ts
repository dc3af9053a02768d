import { defineConfig } from 'vitest/config'

// Each test starts the built command several times; on a busy machine with two cores that takes a while.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } })
