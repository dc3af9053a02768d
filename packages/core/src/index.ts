export { clientOption } from './client-options.js'
export { compareVersions } from './compare-versions.js'
export { type Action, advice, type NeededSetting } from './contract/action.js'
export type {
  ClientDefinition,
  ClientPlugin,
  ClientState,
  ClientStatus,
  ClientVersions,
  ConfigureResult,
  NoteMoment,
  Obstacle,
  RevertResult,
} from './contract/client-plugin.js'
export type { Connection, ConnectionAuth, Helper, Model } from './contract/connection.js'
export type { Detection, Override } from './contract/detection.js'
export type {
  DotenvEdit,
  Edit,
  EditValue,
  FileEdit,
  FileExpectation,
  JsonEdit,
  JsonStep,
  OwnBeside,
  OwnMark,
  OwnProof,
  Plan,
  TomlEdit,
} from './contract/edit.js'
export type { Engine } from './contract/engine.js'
export type {
  ApplyOptions,
  ApplyResult,
  DocumentFormat,
  DocumentRead,
  Drift,
  EditReport,
  EngineOptions,
  FileChange,
  Inspection,
  ReceiptSummary,
  RecoveryReport,
  UndoneEdit,
  UndoResult,
} from './contract/engine-data.js'
export type { Finding, Place } from './contract/finding.js'
export type {
  Clock,
  GateDirectories,
  Host,
  HostFileSystem,
  LaunchedProcess,
  LaunchOptions,
  Platform,
  ProcessResult,
  ProcessRunner,
  ProcessRunOptions,
} from './contract/host.js'
export { isProtocol, PROTOCOLS, type Protocol } from './contract/protocol.js'
export type { Answer, QuestionContext, Situation } from './contract/question.js'
export { defineClient } from './define-client.js'
export { ERROR_CODES, exitCodeOf, type GateErrorCode } from './errors/codes.js'
export { GateError, type GateErrorInit } from './errors/gate-error.js'
export { type Expected, firstViolation } from './expectation.js'
export { findingOf } from './finding-of.js'
export { environmentVariable } from './host/environment-variable.js'
export { findProgram, isProgram } from './host/find-program.js'
export { neutralDirectory } from './host/neutral-directory.js'
export { removeLeft, withPrivateDirectory } from './host/private-directory.js'
export { isLoginWait, LOGIN_WAIT_RULE } from './login-wait.js'
export { ownValue } from './own-value.js'
export { type GatePaths, gateDirectories, gatePaths, undoFile } from './paths.js'
export { checkProfileName, isProfileName } from './profile-name.js'
export { quotePosix } from './quote-posix.js'
export { Secret } from './secret.js'
export { isTable, type Table } from './table.js'
export { typeOfValue } from './value-type.js'
