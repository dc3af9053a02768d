import { inManaged, managed, project, userKey, withEnv } from './claude-code-settings.ts'
import type { OverrideRow } from './override-row.ts'

const SINCE = '2.1.332'
const toB = withEnv({ ANTHROPIC_BASE_URL: '{B}' })
const counts = { reaches: 'A', status: 'connected' } as const
const redirects = (key: string): Pick<OverrideRow, 'reaches' | 'status' | 'overrides'> => ({
  reaches: 'B',
  status: 'overridden',
  overrides: [inManaged(key)],
})
const refuses = (key: string, says: string): Pick<OverrideRow, 'reaches' | 'says' | 'status' | 'overrides'> => ({
  reaches: 'nowhere',
  says,
  status: 'overridden',
  overrides: [inManaged(key)],
})

const COMPUTED = 'what a program of the administrator computes is in no file; such a client is not confirmed'

const helperRows: readonly OverrideRow[] = [
  {
    title: 'managed policyHelpers with static settings for every system',
    etc: managed({ policyHelpers: { default: toB } }),
    ...redirects('policyHelpers.default: env.ANTHROPIC_BASE_URL'),
  },
  {
    title: 'managed policyHelpers with static settings for this system',
    etc: managed({ policyHelpers: { linux: { defaultSettings: toB } } }),
    ...redirects('policyHelpers.linux.defaultSettings: env.ANTHROPIC_BASE_URL'),
  },
  {
    title: 'managed policyHelpers laid over the other managed settings',
    etc: managed({ policyHelpers: { linux: { defaultSettings: toB, outputBehavior: 'merge' } } }),
    ...redirects('policyHelpers.linux.defaultSettings'),
  },
  {
    title: 'managed policyHelpers laid over another base URL',
    etc: managed({
      env: { ANTHROPIC_BASE_URL: '{B}' },
      policyHelpers: {
        linux: { defaultSettings: withEnv({ ANTHROPIC_BASE_URL: '{A}' }), outputBehavior: 'merge' },
      },
    }),
    ...counts,
  },
  {
    title: 'managed policyHelpers take the place of the file that names them',
    etc: managed({ policyHelpers: { default: toB }, env: { ANTHROPIC_BASE_URL: '{A}' } }),
    ...redirects('policyHelpers.default'),
  },
  {
    title: 'managed policyHelpers with a helper',
    etc: managed({ policyHelpers: { default: { apiKeyHelper: 'echo policy-token' } } }),
    reaches: 'A',
    authorization: 'Bearer policy-token',
    apiKey: 'policy-token',
    status: 'overridden',
    overrides: [inManaged('policyHelpers.default: apiKeyHelper')],
  },
  {
    title: 'managed policyHelpers for this system put those for every system out of force',
    etc: managed({ policyHelpers: { linux: { defaultSettings: {} }, default: toB } }),
    ...counts,
  },
  {
    title: 'managed policyHelpers for another system',
    etc: managed({ policyHelpers: { macos: { defaultSettings: toB } } }),
    ...counts,
  },
  {
    title: 'managed policyHelpers with a program that fails and may',
    etc: managed({ policyHelpers: { linux: { path: '/bin/false', onFailure: 'continue' } } }),
    ...counts,
  },
  {
    title: 'managed policyHelpers with a program that fails',
    etc: managed({ policyHelpers: { linux: { path: '/bin/false' } } }),
    reaches: 'nowhere',
    says: 'policyHelper failed',
    status: 'connected',
    infos: [inManaged('policyHelpers.linux')],
    blind: COMPUTED,
  },
  {
    title: 'managed policyHelper',
    etc: managed({ policyHelper: { path: '/bin/false' } }),
    reaches: 'nowhere',
    says: 'policyHelper failed',
    status: 'connected',
    infos: [inManaged('policyHelper')],
    blind: COMPUTED,
  },
]

const limitRows: readonly OverrideRow[] = [
  {
    title: 'managed forceLoginGatewayUrl alone',
    etc: managed({ forceLoginGatewayUrl: 'https://gateway.example' }),
    ...refuses('forceLoginGatewayUrl', 'Not signed in to the Cloud gateway'),
  },
  { title: 'managed forceLoginGatewayUrl empty', etc: managed({ forceLoginGatewayUrl: '' }), ...counts },
  {
    title: 'managed requiredMinimumVersion of tomorrow',
    etc: managed({ requiredMinimumVersion: '9.9.9' }),
    ...refuses('requiredMinimumVersion', 'older than the minimum version'),
  },
  {
    title: 'managed requiredMaximumVersion of yesterday',
    etc: managed({ requiredMaximumVersion: '1.0.0' }),
    ...refuses('requiredMaximumVersion', 'newer than the maximum version'),
  },
  { title: 'managed requiredMinimumVersion that is met', etc: managed({ requiredMinimumVersion: '1.0.0' }), ...counts },
  { title: 'managed minimumVersion is no limit', etc: managed({ minimumVersion: '9.9.9' }), ...counts },
  {
    title: 'managed deniedModels leave none',
    etc: managed({ deniedModels: ['opus', 'sonnet', 'haiku', 'fable'] }),
    ...refuses('deniedModels', "can't start"),
  },
  {
    title: 'managed availableModels leave none',
    etc: managed({ availableModels: ['nothing-known'], availableModelsMatch: 'exact' }),
    ...refuses('availableModels', "can't start"),
  },
  { title: 'managed availableModels', etc: managed({ availableModels: ['haiku'] }), ...counts },
  { title: 'managed availableModels empty', etc: managed({ availableModels: [] }), ...counts },
  {
    title: 'managed allowedProviders that is no list',
    etc: managed({ allowedProviders: 'x' }),
    ...refuses('allowedProviders', 'no API provider at all'),
  },
  {
    title: 'managed allowedProviders empty',
    etc: managed({ allowedProviders: [] }),
    ...refuses('allowedProviders', 'no API provider at all'),
  },
  {
    title: 'managed allowedProviders of a name that is none',
    etc: managed({ allowedProviders: ['firstParty'] }),
    ...refuses('allowedProviders', 'no API provider at all'),
  },
  {
    title: 'managed hooks that guard and cannot be read',
    etc: managed({ hooks: { PreToolUse: [{ matcher: {}, hooks: [] }] } }),
    ...refuses('hooks', 'Unable to read managed policy settings'),
  },
]

/** Managed settings that are wrong or about something else, and are in nobody's way. */
const HARMLESS: readonly Readonly<Record<string, unknown>>[] = [
  { hooks: 'x' },
  { permissions: { defaultMode: 'nonsense' } },
  { env: 'x' },
  { env: ['x'] },
  { strictPluginOnlyCustomization: 'x' },
  { strictPluginOnlyCustomization: true },
  { permissions: { disableBypassPermissionsMode: 'disable' } },
  { allowManagedMcpServersOnly: true },
  { forceRemoteSettingsRefresh: true },
  { proxyAuthHelper: 'echo x' },
  { processWrapper: '/bin/true' },
  { wslInheritsWindowsSettings: true },
  { managedSourcesBehavior: 'merge' },
]

/** What only administrators may decide, in the files of others. */
const POWERLESS: readonly Readonly<Record<string, unknown>>[] = [
  { requiredMinimumVersion: '9.9.9' },
  { requiredMaximumVersion: '1.0.0' },
  { allowedProviders: ['firstParty'] },
  { forceRemoteSettingsRefresh: true },
  { deniedModels: ['opus', 'sonnet', 'haiku', 'fable'] },
  { policyHelpers: { default: toB } },
  { policyHelper: { path: '/bin/false' } },
  { forceLoginGatewayUrl: 'https://gateway.example' },
]

export const policyRows: readonly OverrideRow[] = [
  ...helperRows,
  ...limitRows,
  ...HARMLESS.map(
    (settings): OverrideRow => ({ title: `managed ${JSON.stringify(settings)}`, etc: managed(settings), ...counts }),
  ),
  ...POWERLESS.flatMap((settings): OverrideRow[] => [
    { title: `user ${JSON.stringify(settings)}`, edit: userKey(settings), ...counts },
    { title: `project ${JSON.stringify(settings)}`, files: project(settings), ...counts },
  ]),
].map((row) => ({ ...row, since: SINCE }))
