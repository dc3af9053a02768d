// What only few plugins need of the machine: places of administrators and root's rights. The rest of this folder is in the
// light entry.
export { blankSecrets } from './blank-secrets.js'
export { mainCheckout } from './git-checkout.js'
export { debianPackageVersion, type MacApplication, macApplication, squirrelVersion } from './installed-application.js'
export { removeLeft, withPrivateDirectory } from './private-directory.js'
export {
  type PropertyList,
  propertyListJson,
  propertyListOf,
  propertyListText,
  readPropertyList,
} from './property-list.js'
export {
  changePropertyList,
  changesFile,
  hasKeys,
  type KeysWanted,
  type PropertyListChange,
  propertyListChange,
  propertyListDiff,
} from './property-list-keys.js'
export { type RegistryKey, type RegistryValue, readRegistryKey, readRegistryText } from './registry-key.js'
export { HAS_CHANGED, IS_LINK, type RootReplacement, replaceAsRootCommand } from './replace-as-root.js'
export { type RootDocument, readRootDocument, rootTrustProblem } from './root-trust.js'
export { type RootCall, runAsRoot } from './run-as-root.js'
export { isProgramRunning, type ProgramProcesses } from './running-program.js'
export { readUndoRecord, type WrittenKeys, writeUndoRecord } from './undo-record.js'
