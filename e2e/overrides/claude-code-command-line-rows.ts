import { inProject, project, withEnv } from './claude-code-settings.ts'
import type { OverrideRow } from './override-row.ts'

const COMMAND_LINE = "options on the client's own command line are in no file and no environment"

export const commandLineRows: readonly OverrideRow[] = [
  {
    title: '--settings with another base URL',
    args: ['--settings', '{"env":{"ANTHROPIC_BASE_URL":"{B}"}}'],
    reaches: 'B',
    status: 'connected',
    blind: COMMAND_LINE,
  },
  {
    title: '--setting-sources project,local leaves the user file out',
    args: ['--setting-sources', 'project,local'],
    reaches: 'nowhere',
    says: 'Not logged in',
    status: 'connected',
    blind: COMMAND_LINE,
  },
  {
    title: '--setting-sources user leaves a redirecting project out',
    args: ['--setting-sources', 'user'],
    files: project(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    reaches: 'A',
    status: 'overridden',
    overrides: [inProject('ANTHROPIC_BASE_URL')],
    blind: COMMAND_LINE,
  },
  {
    title: '--bare',
    args: ['--bare'],
    reaches: 'nowhere',
    says: 'Not logged in',
    status: 'connected',
    blind: COMMAND_LINE,
  },
]
