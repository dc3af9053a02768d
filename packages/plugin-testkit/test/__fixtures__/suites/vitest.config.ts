import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['*.suite.ts'], testTimeout: 60_000 } })
