import { describe, expect, it } from 'vitest'
import { claudeExecutable } from '../harness/client-programs.ts'
import listed from '../known-names/claude-code.json' with { type: 'json' }
import { newClaudeCodeNames } from '../known-names/claude-code-names.ts'

describe('the names that the pinned Claude Code knows', () => {
  // Fails with the new names: try what each does to gateway and token, add rows, then add it to the list.
  it('are all listed', async () => {
    expect(await newClaudeCodeNames(claudeExecutable, listed)).toEqual({ environment: [], settings: [] })
  })

  it('are found where they are not listed', async () => {
    const less = {
      environment: listed.environment.filter((name) => name !== 'ANTHROPIC_BASE_URL'),
      settings: listed.settings.filter((name) => !['apiKeyHelper', 'permissions'].includes(name)),
    }
    expect(await newClaudeCodeNames(claudeExecutable, less)).toEqual({
      environment: ['ANTHROPIC_BASE_URL'],
      settings: ['apiKeyHelper', 'permissions'],
    })
  })
})
