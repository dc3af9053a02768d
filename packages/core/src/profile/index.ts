export { connectionOf, type ProbedPaths } from './connection-of.js'
export { isLoopback, normaliseGatewayUrl, normalisePathPrefix, urlProblem } from './gateway-url.js'
export { helperPath } from './helper-path.js'
export {
  type CompleteProfile,
  DEFAULT_SCOPES,
  type ProfileProblem,
  profileProblems,
  requireComplete,
  withOfflineAccess,
} from './problems.js'
export { profileNameOf } from './profile-in-use.js'
export { checkProfileName, isProfileName } from './profile-name.js'
export {
  configSchema,
  emptyConfig,
  type GateConfig,
  type Profile,
  type ProfileAuth,
  type ProtocolEvidence,
  profileSchema,
} from './schema.js'
