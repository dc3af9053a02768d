import { type FileExpectation, type Table, wrongTypedKey } from '@gate/core'

/**
 * Types of settings whose wrong type makes Claude Code drop the whole file, without a word up to 2.1.197. Each was tried
 * with `claude auth status` of 2.1.329; keys whose wrong value is skipped alone (`theme`, `forceLoginMethod` …) are not
 * in the list.
 */
const KEYS_BY_TYPE: Readonly<Record<FileExpectation['types'][number], readonly string[]>> = {
  string: [
    'agent',
    'apiKeyHelper',
    'autoUpdatesChannel',
    'awsAuthRefresh',
    'awsCredentialExport',
    'defaultShell',
    'gcpAuthRefresh',
    'language',
    'minimumVersion',
    'model',
    'otelHeadersHelper',
    'outputStyle',
    'permissions.defaultMode',
    'plansDirectory',
    'prUrlTemplate',
    'statusLine.command',
    'tui',
  ],
  number: ['cleanupPeriodDays', 'feedbackSurveyRate'],
  boolean: [
    'alwaysThinkingEnabled',
    'disableAllHooks',
    'enableAllProjectMcpServers',
    'fastMode',
    'includeCoAuthoredBy',
    'includeGitInstructions',
    'promptSuggestionEnabled',
    'respectGitignore',
    'showTurnDuration',
    'skipWebFetchPreflight',
    'spinnerTipsEnabled',
    'syntaxHighlightingDisabled',
    'verbose',
  ],
  array: [
    'allowedHttpHookUrls',
    'availableModels',
    'companyAnnouncements',
    'disabledMcpjsonServers',
    'enabledMcpjsonServers',
    'httpHookAllowedEnvVars',
    'permissions.additionalDirectories',
    'permissions.allow',
    'permissions.ask',
    'permissions.deny',
    // Not a mere wrong `hooks`, which is skipped, and not the other events, whose wrong values are skipped alone.
    'hooks.PermissionRequest',
    'hooks.PreToolUse',
  ],
  object: [
    'attribution',
    'enabledPlugins',
    'env',
    'fileSuggestion',
    'modelOverrides',
    'permissions',
    'pluginConfigs',
    'remote',
    'sandbox',
    'skillOverrides',
    'spinnerVerbs',
    'statusLine',
    'worktree',
  ],
  null: [],
}

/** Keys that may be `null`; for all others of the list that is a wrong type, too. */
const NULLABLE: readonly string[] = [
  'enableAllProjectMcpServers',
  'hooks.PermissionRequest',
  'hooks.PreToolUse',
  'skipWebFetchPreflight',
]

/** Shape checks of one settings file. Pure. */
export function settingsExpectations(file: string): readonly FileExpectation[] {
  return Object.entries(KEYS_BY_TYPE).flatMap(([type, keys]) =>
    keys.map((key) => ({
      file,
      kind: 'json' as const,
      path: key.split('.'),
      types: [type as FileExpectation['types'][number], ...(NULLABLE.includes(key) ? (['null'] as const) : [])],
    })),
  )
}

/** Whether Claude Code drops a parsed settings file whole because of a known key of a wrong type. Pure. */
export function isDropped(settings: Table): boolean {
  const patterns = settingsExpectations('').map(({ path, types }) => [path.join('.'), types] as const)
  return wrongTypedKey(settings, patterns) !== undefined
}
