export { lastAsked } from './cache/last-asked.js'
export type {
  AccessToken,
  AccessTokenOptions,
  Auth,
  AuthInit,
  AuthProfile,
  AuthState,
  Command,
  Interaction,
  LoginEvent,
  LoginMethod,
  LoginOptions,
  LoginPresenter,
  LoginResult,
  LogoutResult,
  SecretStoreKind,
} from './contract.js'
export { createAuth } from './create-auth.js'
export { storedSecrets } from './grant/stored-secrets.js'
export { type CallContext, callerOf, hasDesktop, interactionOf } from './interaction.js'
export { protectSecretsFile, proveStore, secretsFileProtection } from './secret-store/prove-store.js'
export type { ShimState, ShimTarget } from './shim/contract.js'
export { inspectShim, listShims, removeShim, writeShim } from './shim/shim.js'
