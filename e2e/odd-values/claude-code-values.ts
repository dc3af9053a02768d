/** A value of a user's settings, as the path that leads to it and the value itself. */
export interface OddValue {
  readonly path: string
  readonly value: unknown
}

const COMMAND = { type: 'command', command: 'true' }

/** What one event of hooks may be. */
const HOOKS: readonly unknown[] = [
  'x',
  5,
  {},
  [5],
  ['x'],
  [{ matcher: {}, hooks: [COMMAND] }],
  [{ matcher: 5, hooks: [COMMAND] }],
  [{ hooks: 'x' }],
  [{ hooks: [5] }],
  [{}],
  [{ matcher: 'Bash' }],
  [{ hooks: [{ type: 'nonsense' }] }],
  [{ hooks: [{ type: 'command' }] }],
  [{ hooks: [{ type: 'command', command: 5 }] }],
  [{ hooks: [{ type: 'command', command: 'true', timeout: 'x' }] }],
  [{ hooks: [{ command: 'true' }] }],
  [{ hooks: [{ type: 'prompt' }] }],
  null,
]

/** Paths that the same values are tried at. */
const TOGETHER: readonly (readonly [values: readonly unknown[], paths: string])[] = [
  [
    [5],
    'agent awsAuthRefresh awsCredentialExport gcpAuthRefresh minimumVersion otelHeadersHelper outputStyle plansDirectory prUrlTemplate proxyAuthHelper processWrapper attributionProject advisorModel requiredMinimumVersion requiredMaximumVersion downloadsMirrorUrl timeZone autoMemoryDirectory claudeMd pluginTrustMessage modelCatalogUrl $schema permissions.nonsense forceLoginOrgUUID',
  ],
  [
    [5, 'nonsense'],
    'timeFormat theme editorMode viewMode effortLevel forceLoginMethod preferredNotifChannel teammateMode',
  ],
  [
    ['nonsense'],
    'availableModelsMatch managedSourcesBehavior parentSettingsBehavior totalTokensReminder daemonColdStart remoteMessageReceipts promptCacheTtl keybindingFlavor askUserQuestionTimeout dialogExpiry crossSessionInbound',
  ],
  [
    ['yes'],
    'respectGitignore includeCoAuthoredBy includeGitInstructions disableAllHooks disableBundledSkills syncClaudeAiSkills enforceAvailableModels disableAgentView disableRemoteControl disableWorkflows enableWorkflows disableArtifact allowManagedHooksOnly allowManagedPermissionRulesOnly allowManagedMcpServersOnly spinnerTipsEnabled syntaxHighlightingDisabled terminalTitleFromRename fastMode fastModePerSessionOptIn promptSuggestionEnabled awaySummaryEnabled showClearContextOnPlanAccept channelsEnabled prefersReducedMotion autoMemoryEnabled showThinkingSummaries skipDangerousModePermissionPrompt verbose autoCompactEnabled autoScrollEnabled fileCheckpointingEnabled showTurnDuration terminalProgressBarEnabled todoFeatureEnabled remoteControlAtStartup forceRemoteSettingsRefresh inputNeededNotifEnabled agentPushNotifEnabled disableSkillShellExecution ultracode',
  ],
  [['yes', null], 'enableAllProjectMcpServers skipWebFetchPreflight'],
  [['x', 0], 'skillListingMaxDescChars totalTokensReminderBudget'],
  [
    ['x'],
    'maxProseWidth autoCompactWindow spinnerTipsOverride remoteControl remoteTools allowedProviders strictPluginOnlyCustomization vimInsertModeRemaps additionalDirectoryConfigRoots sshHostCommands policyHelper policyHelpers',
  ],
  [['Bash', [5]], 'permissions.deny permissions.ask'],
  [
    ['x', [5]],
    'deniedModels fallbackModel enabledMcpjsonServers disabledMcpjsonServers deniedMcpServers allowedHttpHookUrls httpHookAllowedEnvVars strictKnownMarketplaces blockedMarketplaces companyAnnouncements claudeMdExcludes footerLinksRegexes allowedChannelPlugins',
  ],
]

const ALONE: Readonly<Record<string, readonly unknown[]>> = {
  'hooks.PreToolUse': [...HOOKS, [{ matcher: 'Bash', hooks: [COMMAND] }]],
  'hooks.PermissionRequest': HOOKS,
  'hooks.PostToolUse': HOOKS,
  'hooks.Stop': HOOKS,
  'hooks.SessionStart': HOOKS,
  'hooks.UserPromptSubmit': HOOKS,
  'hooks.Nonsense': HOOKS,
  autoUpdatesChannel: [5, 'nonsense', 'stable'],
  defaultShell: [5, 'nonsense', 'bash'],
  language: [5, 'french'],
  model: [5, null, [], {}, 'opus'],
  tui: [5, 'nonsense', 'fullscreen'],
  workflowSizeGuideline: ['nonsense', 'small'],
  feedbackDrafts: ['nonsense', 'off'],
  disableAutoMode: ['nonsense', 'disable'],
  alwaysThinkingEnabled: ['yes', null, 1],
  permissions: [null, 'nonsense', []],
  env: ['nonsense', [], null],
  hooks: ['nonsense', [], null, 5],
  cleanupPeriodDays: ['many', -1, 0, 1.5, null, 30],
  desktopSessionCleanupPeriodDays: ['x', -1],
  feedbackSurveyRate: ['x', 2, -1, 0.5],
  skillListingBudgetFraction: [2, 'x', 0, 0.5],
  'permissions.defaultMode': ['nonsense', 5, 'Plan', 'auto', 'delegate', 'manual', 'plan'],
  'permissions.allow': ['Bash', [5], ['Bash(', ''], {}, null, ['nonsense(']],
  'permissions.additionalDirectories': ['x', [5], null],
  'permissions.disableBypassPermissionsMode': ['nonsense', true, 'disable'],
  statusLine: [
    { type: 'command' },
    { command: 'x' },
    { type: 'x', command: 'x' },
    { type: 'command', command: 5 },
    { type: 'command', command: 'x', padding: 'x' },
    'x',
    null,
    {},
    COMMAND,
  ],
  subagentStatusLine: [{ type: 'command' }, 'x'],
  fileSuggestion: [{ type: 'command' }, 'x', { type: 'x', command: 'x' }, COMMAND],
  attribution: ['x', 5, true, false, { commit: 5 }, { pr: 5 }],
  attributionProjectPolicy: ['x', { default: 5 }],
  availableModels: ['x', [5], null, ['haiku']],
  modelOverrides: ['x', { a: 5 }, [], { a: 'b' }],
  modelPicker: ['x', {}, { options: [5] }],
  modelPricing: ['x', {}],
  modelSettings: ['x', { a: 5 }],
  allowedMcpServers: ['x', [5], [{}]],
  skillOverrides: ['x', { a: 'zzz' }, { a: 5 }, { a: 'off' }],
  worktree: ['x', { symlinkDirectories: 'x' }, { baseRef: 'zzz' }, { sparsePaths: [5] }, { bgIsolation: 'zz' }],
  enabledPlugins: ['x', { a: 5 }, { a: 'x' }, { a: true }, { 'a@b': ['1'] }, { 'a@b': {} }],
  extraKnownMarketplaces: [
    'x',
    { a: 5 },
    { a: {} },
    { a: { source: 5 } },
    { a: { source: { source: 'nonsense' } } },
    { a: { source: { source: 'github' } } },
  ],
  pluginConfigs: ['x', { a: 5 }, { a: { options: 5 } }],
  remote: ['x', { defaultEnvironmentId: 5 }],
  spinnerVerbs: [
    'x',
    { mode: 'zz', verbs: [] },
    { mode: 'append' },
    { mode: 'append', verbs: [5] },
    { mode: 'append', verbs: ['x'] },
  ],
  voice: ['x', { enabled: 'x' }, { mode: 'zz' }],
  sandbox: [
    'x',
    { enabled: 'x' },
    { network: 'x' },
    { network: { allowedDomains: 'x' } },
    { excludedCommands: 'x' },
    { filesystem: { allowWrite: [5] } },
    { nonsense: 5 },
  ],
  sshConfigs: ['x', [{}], [5]],
  breakReminder: ['x', { intervalMinutes: 0 }],
  quietHours: ['x', { start: '25:00' }],
  autoMode: ['x', { allow: 'x' }],
  nonsenseKey: [5, null, {}],
  'env.A': [5, true, null, {}, []],
}

const all: readonly OddValue[] = [
  ...TOGETHER.flatMap(([values, paths]) =>
    paths.split(' ').flatMap((path) => values.map((value) => ({ path, value }))),
  ),
  ...Object.entries(ALONE).flatMap(([path, values]) => values.map((value) => ({ path, value }))),
]

/**
 * Odd and plain values of the user's settings, of every key of Claude Code's own schema that is a string, a number, a switch
 * or a list at least one that is ill. Every third of them, all with `GATE_TEST_MATRIX` set.
 */
export const oddValues = process.env.GATE_TEST_MATRIX ? all : all.filter((_, index) => index % 3 === 0)
