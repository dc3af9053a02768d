import { describe, expect, it } from 'vitest'
import { opencodeExecutable } from '../harness/client-programs.ts'
import names from '../known-names/opencode.json' with { type: 'json' }
import { newOpencodeNames } from '../known-names/opencode-names.ts'

describe('the environment variables that the pinned OpenCode knows', () => {
  const listed = [...names.tried, ...names.untried]

  // Fails with the new names: try what each does to gateway and token and add rows, or list it as untried.
  it('are all listed', async () => {
    expect(await newOpencodeNames(opencodeExecutable, listed)).toEqual([])
  })

  it('are found where they are not listed', async () => {
    const less = listed.filter((name) => name !== 'OPENCODE_CONFIG')
    expect(await newOpencodeNames(opencodeExecutable, less)).toEqual(['OPENCODE_CONFIG'])
  })
})
