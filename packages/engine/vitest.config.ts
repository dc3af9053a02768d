import { defineProject } from 'vitest/config'

// Real files, real processes, and machines that have other things to do: a time limit here only ends what hangs.
export default defineProject({ test: { name: '@gate/engine', include: ['test/**/*.test.ts'], testTimeout: 60_000 } })
