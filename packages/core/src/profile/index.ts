export { emptyConfig, loadConfig, profileNameOf, updateConfig } from './config-file.js'
export { connectionOf, type ProbedPaths } from './connection-of.js'
export { isLoopback, normaliseGatewayUrl, normalisePathPrefix, urlProblem } from './gateway-url.js'
export {
  type CompleteProfile,
  DEFAULT_SCOPES,
  type ProfileProblem,
  profileProblems,
  requireComplete,
  withOfflineAccess,
} from './problems.js'
export { checkProfileName, isProfileName } from './profile-name.js'
export { configSchema, type GateConfig, type Profile, type ProfileAuth, profileSchema } from './schema.js'
