export {
  CANARY,
  type ClientScenario,
  type ClientSuite,
  type TestInstallation,
} from './client-suite.js'
export { createTestHost, type TestHost, type TestHostInit, type TestProgram } from './create-test-host.js'
export { hostWith } from './host-with.js'
export { type FileSystemCall, interceptedFileSystem } from './intercepted-file-system.js'
export { testClientPlugin } from './test-client-plugin.js'
export { anyConnection, GATEWAY_ORIGIN, helperPath, testConnection } from './test-connection.js'
export { pathOf, type TestFile, type TestFiles, writeTestFiles } from './test-files.js'
export {
  expectSameTree,
  type Tree,
  type TreeEntry,
  treeDifferences,
  treeSnapshot,
  treeWithout,
} from './tree-snapshot.js'
