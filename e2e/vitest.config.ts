import { basename } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { reporters } from '../vitest.reporters.ts'

/** Files that take minutes. They begin first, so that none of them is left for the end with one core idle beside it. */
const LONG = ['kill.test.ts', 'concurrency.test.ts', 'settings-variants.test.ts']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const named = (name: string) => sorted.filter(({ moduleId }) => basename(moduleId) === name)
    return [...new Set([...LONG.flatMap(named), ...sorted])]
  }
}

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['test/**/*.test.ts'],
    // The clients are heavy programs and CI machines have two cores.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    sequence: { sequencer: LongestFirst },
    ...reporters,
  },
})
