import { defineProject } from 'vitest/config'

// Each test starts the built command several times; on a busy machine with two cores that takes a while. `template/` is a
// copy of the SDK's, whose test is for the package that is made of it.
export default defineProject({
  test: { name: '@gate/cli', include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
})
