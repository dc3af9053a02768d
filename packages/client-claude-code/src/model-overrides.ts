import { isTable, type Override } from '@gate/core'
import type { ExpectedSettings } from './expected-settings.js'
import type { SettingsLayers } from './settings-layer.js'
import { variable } from './settings-layers.js'

const VARIABLES = [
  'ANTHROPIC_MODEL',
  'ANTHROPIC_DEFAULT_MODEL',
  'ANTHROPIC_DEFAULT_FABLE_MODEL',
  'ANTHROPIC_DEFAULT_HAIKU_MODEL',
  'ANTHROPIC_DEFAULT_OPUS_MODEL',
  'ANTHROPIC_DEFAULT_SONNET_MODEL',
  'ANTHROPIC_SMALL_FAST_MODEL',
  'ANTHROPIC_CUSTOM_MODEL_OPTION',
  'CLAUDE_CODE_SUBAGENT_MODEL',
  'CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL',
]

const KEYS = ['model', 'advisorModel', 'availableModels', 'fallbackModel', 'modelOverrides', 'modelPicker']

/**
 * What chooses or limits models besides the connection, e.g. what another tool left in the user's own file: requests go to
 * the gateway all the same, and it may not serve them. Pure.
 */
export function modelOverrides(layers: SettingsLayers, expected: ExpectedSettings): readonly Override[] {
  const row = (source: Override['source'], location: string): Override => ({
    source,
    location,
    displaces: 'model',
    effect: 'Claude Code asks the gateway for the models that are named here, whether it serves them or not.',
    severity: 'info',
  })
  const keys = KEYS.flatMap((key) => {
    // Of managed settings a value of another type is skipped alone; other files are dropped for it.
    const layer = layers.layers.find(({ settings: { [key]: value } }) => {
      return typeof value === 'string' || Array.isArray(value) || isTable(value)
    })
    return layer ? [row(layer.source, `${layer.location}: ${key}`)] : []
  })
  const variables = VARIABLES.flatMap((name) => {
    const found = variable(layers, name)
    // One that gate set itself, and that something stronger changes, is told as displaced.
    return found?.value && expected.env[name] === undefined ? [row(found.source, found.location)] : []
  })
  return [...keys, ...variables]
}
