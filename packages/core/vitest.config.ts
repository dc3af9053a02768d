import { defineProject } from 'vitest/config'

// Generated cases, and machines that have other things to do: a time limit here only ends what hangs.
export default defineProject({ test: { name: '@gate/core', include: ['test/**/*.test.ts'], testTimeout: 60_000 } })
