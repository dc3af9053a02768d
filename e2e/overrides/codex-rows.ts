import { environmentRows, fileOfVariablesRows } from './codex-environment-rows.ts'
import { layerRows } from './codex-layer-rows.ts'
import { managedRows } from './codex-managed-rows.ts'
import { projectRows, trustRows } from './codex-project-rows.ts'
import { startRows } from './codex-start-rows.ts'
import { commandLineRows, credentialRows, userRows } from './codex-user-rows.ts'
import { wrongValueRows } from './codex-value-rows.ts'
import type { OverrideRow } from './override-row.ts'

/** Everything that competes with gate's provider in Codex 0.171.0 on Linux, and what is different in 0.120.0 and 0.134.0. */
export const codexRows: readonly OverrideRow[] = [
  ...layerRows,
  ...userRows,
  ...projectRows,
  ...trustRows,
  ...wrongValueRows,
  ...credentialRows,
  ...commandLineRows,
  ...environmentRows,
  ...fileOfVariablesRows,
  ...managedRows,
  ...startRows,
]
