import { defineConfig } from 'vitest/config'

// No test file changes a module's state, and loading the OpenID provider once is enough.
export default defineConfig({ test: { isolate: false } })
