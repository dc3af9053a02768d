import { inManaged, inProject, json } from './claude-code-settings.ts'
import type { OverrideRow, RowFile } from './override-row.ts'

const REDIRECT = '"env":{"ANTHROPIC_BASE_URL":"{B}"}'
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const project = (file: RowFile) => ({ 'work/.claude/settings.json': file })
const managed = (file: RowFile) => ({ 'claude-code/managed-settings.json': file })

const read: readonly { readonly what: string; readonly file: RowFile }[] = [
  { what: 'in UTF-16', file: { text: `\uFEFF{${REDIRECT}}`, encoding: 'utf16le' } },
  { what: 'with a byte that is no UTF-8', file: { text: `{"name":"é",${REDIRECT}}`, encoding: 'latin1' } },
  { what: 'nested deeply in another key', file: `{"name":${nested(600)},${REDIRECT}}` },
]
const rejected: readonly { readonly what: string; readonly file: RowFile }[] = [
  { what: 'in UTF-16 without a byte order mark', file: { text: `{${REDIRECT}}`, encoding: 'utf16le' } },
  { what: 'with a NUL byte at the end', file: `{${REDIRECT}}\0` },
  { what: 'with a list around them', file: `[{${REDIRECT}}]` },
]

/** Settings files that are no plain UTF-8, or no object. */
export const encodingRows: readonly OverrideRow[] = [
  ...read.flatMap(({ what, file }): OverrideRow[] => [
    {
      title: `project settings ${what} are read`,
      files: project(file),
      reaches: 'B',
      status: 'overridden',
      overrides: [inProject('ANTHROPIC_BASE_URL')],
    },
    {
      title: `managed settings ${what} are read`,
      etc: managed(file),
      reaches: 'B',
      status: 'overridden',
      overrides: [inManaged('ANTHROPIC_BASE_URL')],
    },
  ]),
  ...rejected.flatMap(({ what, file }): OverrideRow[] => [
    { title: `project settings ${what} are not read`, files: project(file), reaches: 'A', status: 'connected' },
    {
      title: `managed settings ${what}: Claude Code does not start`,
      etc: managed(file),
      reaches: 'nowhere',
      says: 'could not be parsed',
      status: 'overridden',
      overrides: [{ source: 'managed', location: ['managed-settings.json'] }],
    },
  ]),
  {
    title: 'a managed directory in the place of the file: Claude Code does not start',
    etc: { 'claude-code/managed-settings.json/x': '' },
    reaches: 'nowhere',
    says: 'Unable to read managed policy settings',
    status: 'overridden',
    overrides: [{ source: 'managed', location: ['managed-settings.json'] }],
  },
  {
    title: 'a project directory in the place of the file is not read',
    files: { 'work/.claude/settings.json/x': json({}) },
    reaches: 'A',
    status: 'connected',
  },
]
