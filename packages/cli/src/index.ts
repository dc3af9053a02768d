export { type Failure, failureOf } from './failure.js'
export {
  type AskOptions,
  askGateway,
  type GatewayAnswers,
  type Prefixes,
  type ProtocolAnswer,
} from './gateway/ask-gateway.js'
export type { Check } from './operations/checks/check.js'
export {
  type ConfigShown,
  getConfig,
  type ResetResult,
  resetConfig,
  setConfig,
  showConfig,
  unsetConfig,
} from './operations/config.js'
export type { ClientSetup } from './operations/configure-clients.js'
export { type DoctorOptions, type DoctorResult, doctor } from './operations/doctor.js'
export { type ListedClient, type ListedPlugin, type ListResult, list } from './operations/list.js'
export type { LiveResult } from './operations/live.js'
export { type LoginCommandOptions, login, logout } from './operations/login.js'
export { type AddedPlugin, addPlugin } from './operations/plugins-add.js'
export { type CreatedPlugin, createPlugin } from './operations/plugins-create.js'
export { listPlugins, type PluginEntry, type PluginsList } from './operations/plugins-list.js'
export { type RemovedPlugin, removePlugin } from './operations/plugins-remove.js'
export type { ProfileChanges } from './operations/profile-changes.js'
export type { Purged } from './operations/purge.js'
export { openSession, type Session, type SessionInit } from './operations/session.js'
export { type SetupOptions, type SetupResult, setup } from './operations/setup.js'
export type { StatusAuth } from './operations/sign-in-state.js'
export { type StatusOptions, type StatusResult, status } from './operations/status.js'
export { type ClientTeardown, type TeardownOptions, type TeardownResult, teardown } from './operations/teardown.js'
export { type FoundPlugin, findPlugins, type PluginProblem } from './plugins/find.js'
export { openPlugins, type PluginSet, type PluginSetOptions } from './plugins/plugin-set.js'
export { pluginRoots, type RootOptions } from './plugins/roots.js'
