import { cloudRows } from './claude-code-cloud-rows.ts'
import { commandLineRows } from './claude-code-command-line-rows.ts'
import { encodingRows } from './claude-code-encoding-rows.ts'
import { environmentRows } from './claude-code-environment-rows.ts'
import { hostRows } from './claude-code-host-rows.ts'
import { managedRows } from './claude-code-managed-rows.ts'
import { pairRows } from './claude-code-pair-rows.ts'
import { policyRows } from './claude-code-policy-rows.ts'
import { projectRows } from './claude-code-project-rows.ts'
import { proxyRows } from './claude-code-proxy-rows.ts'
import { repositoryRows } from './claude-code-repository-rows.ts'
import { sandboxRows } from './claude-code-sandbox-rows.ts'
import { storedLoginRows } from './claude-code-stored-login-rows.ts'
import { userRows } from './claude-code-user-rows.ts'
import { valueRows } from './claude-code-value-rows.ts'
import type { OverrideRow } from './override-row.ts'

/** One place that competes with gate's settings in Claude Code 2.1.332 on Linux. */
export const singleRows: readonly OverrideRow[] = [
  ...environmentRows,
  ...cloudRows,
  ...userRows,
  ...projectRows,
  ...repositoryRows,
  ...encodingRows,
  ...managedRows,
  ...commandLineRows,
]

/** What was found later, and places in pairs. */
export const furtherRows: readonly OverrideRow[] = [
  ...hostRows,
  ...proxyRows,
  ...policyRows,
  ...sandboxRows,
  ...storedLoginRows,
  ...valueRows,
  ...pairRows,
]
