export type { LoginEvent, LoginMethod, LoginPresenter, LoginResult, LogoutResult, SecretStoreKind } from '@gate/auth'
export { type Action, type Finding, GateError, type GateErrorCode, type Host, type Place, Secret } from '@gate/core'
export type { Confirmation } from './asking/confirmation.js'
export type { ConfigShown, ResetResult } from './config/config.js'
export { CONFIG_KEY_NAMES, configKey, listOf, optionsOf, portOf, SINGLE_KEY_NAMES } from './config/config-keys.js'
export type { ProfileChanges } from './config/profile-changes.js'
export type { ListedProfile } from './config/profiles.js'
export type { Check } from './doctor/checks/check.js'
export type { DoctorOptions, DoctorResult } from './doctor/doctor.js'
export { maskSecrets } from './gateway/mask.js'
export { type Command, type Installation, installationOfSdk, packageDirectory } from './installation.js'
export {
  type CallOptions,
  type Gate,
  type GateConfiguration,
  type GateInit,
  type GatePlugins,
  type GateProfiles,
  openGate,
} from './open-gate.js'
export type { FoundPlugin, PluginProblem } from './plugins/find.js'
export type { AddedPlugin } from './plugins/manage/plugins-add.js'
export type { CreatedPlugin } from './plugins/manage/plugins-create.js'
export type { PluginEntry, PluginsList } from './plugins/manage/plugins-list.js'
export type { RemovedPlugin } from './plugins/manage/plugins-remove.js'
export { printable } from './printable.js'
export type { Progress } from './progress.js'
export type { ClientSetup } from './setup/configure-clients.js'
export type { SetupOptions, SetupResult } from './setup/setup.js'
export type { LoginOptions } from './sign-in/login.js'
export type { TokenOptions, TokenResult } from './sign-in/token.js'
export type { ClientReport } from './status/client-report.js'
export type { ListedClient, ListedPlugin, ListResult } from './status/list.js'
export type { LiveResult } from './status/live.js'
export { recoveryNotes } from './status/note.js'
export type { StatusAuth } from './status/sign-in-state.js'
export type { StatusOptions, StatusResult } from './status/status.js'
export type { Purged } from './teardown/purge.js'
export type { ClientTeardown, TeardownOptions, TeardownResult } from './teardown/teardown.js'
