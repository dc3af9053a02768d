import { describe, expect, it } from 'vitest'
import { codexExecutable } from '../harness/client-programs.ts'
import judged from '../known-names/codex.json' with { type: 'json' }
import { newCodexNames } from '../known-names/codex-names.ts'

describe('the names that the pinned Codex knows', () => {
  // Fails with the new names: try what each does to gateway and token, add rows, then add it to the list.
  it('are all judged', async () => {
    const nothing = { environment: [], features: [], rootKeys: [], providerKeys: [] }
    expect(await newCodexNames(codexExecutable, judged)).toEqual(nothing)
  })

  it('are found where nobody has judged them', async () => {
    const less = {
      environment: judged.environment.filter((name) => name !== 'CODEX_HOME'),
      features: judged.features.filter((name) => name !== 'hooks'),
      rootKeys: judged.rootKeys.filter((name) => name !== 'model_provider'),
      providerKeys: judged.providerKeys.filter((name) => name !== 'gateway_oauth'),
    }
    const found = await newCodexNames(codexExecutable, less)
    expect(found).toEqual({
      environment: ['CODEX_HOME'],
      features: ['hooks'],
      rootKeys: ['model_provider'],
      providerKeys: ['gateway_oauth'],
    })
  })
})
