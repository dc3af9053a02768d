export { clientOption } from './client-options.js'
export { caFileNotes, programOverride, proxyOverride } from './common-rows.js'
export type {
  ClientDefinition,
  ClientPlugin,
  ClientState,
  ClientStatus,
  ClientVersions,
  ConfigureResult,
  Detection,
  Note,
  NoteMoment,
  Obstacle,
  Override,
  Reason,
  RevertResult,
} from './contract/client-plugin.js'
export type { Connection, ConnectionAuth, Helper, Model } from './contract/connection.js'
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
export type {
  ApplyOptions,
  ApplyResult,
  DocumentFormat,
  DocumentRead,
  Drift,
  EditReport,
  Engine,
  EngineOptions,
  FileChange,
  Inspection,
  ReceiptSummary,
  RecoveryReport,
  UndoneEdit,
  UndoResult,
} from './contract/engine.js'
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
export { type Expected, firstViolation, type Violation } from './expectation.js'
export { frontMatter } from './front-matter.js'
export { type JsonSchema, type JsonSchemas, type SchemaViolation, schemaViolation } from './json-schema.js'
export { isLoginWait, LOGIN_WAIT_RULE } from './login-wait.js'
export { askEnvironment, askProgram, neutralDirectory, type ProgramQuestion } from './machine/ask-program.js'
export { clientHelper } from './machine/client-helper.js'
export { type ClientProgram, detectProgram } from './machine/detect-program.js'
export { isDirectory, isFile } from './machine/file-kind.js'
export { environmentVariable, type FoundProgram, findProgram, isProgram } from './machine/find-program.js'
export { helperAnswerProblem } from './machine/helper-answer.js'
export { helperProblem } from './machine/helper-problem.js'
export { ipv4InNetwork } from './machine/ipv4-network.js'
export { compareVersions, programVersion } from './machine/program-version.js'
export { readRegularFile } from './machine/read-regular-file.js'
export { repositoryDirectories } from './machine/repository-directories.js'
export { ownValue } from './own-value.js'
export { type DirectoryInputs, type GatePaths, gateDirectories, gatePaths, undoFile } from './paths.js'
export { printable } from './printable.js'
export { isLoopback } from './profile/gateway-url.js'
export { checkProfileName, isProfileName } from './profile/profile-name.js'
export { reasonOf } from './reason-of.js'
export { Secret } from './secret.js'
export { type MovableFile, setUpElsewhere } from './set-up-elsewhere.js'
export { isTable, type Table, tableAt } from './table.js'
export { isOfType, typeOfValue, wrongTypedKey } from './value-type.js'
