import { defineProject } from 'vitest/config'

/** `keyring/` needs programs of the system and has a configuration of its own. */
export default defineProject({
  test: { name: '@gate/auth', include: ['test/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 30_000 },
})
