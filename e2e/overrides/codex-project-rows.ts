import { after, GATE_AT_B, inProject, repository, SELECT_OTHER, trust } from './codex-row-parts.ts'
import type { OverrideRow } from './override-row.ts'

/** Makes `work` a worktree of `main`. */
const WORKTREE = {
  ...repository('main/.git'),
  'main/.git/worktrees/work/HEAD': 'ref: refs/heads/work\n',
  'main/.git/worktrees/work/commondir': '../..\n',
  'main/.git/worktrees/work/gitdir': '{root}/work/.git\n',
  'work/.git': 'gitdir: {root}/main/.git/worktrees/work\n',
}
/** A file that keeps Codex from starting, if it counts. */
const BROKEN_ROOT = { 'work/.codex/config.toml': 'x = \n' }
const BROKEN_BELOW = { 'work/a/.codex/config.toml': 'x = \n' }
const counts = (location: string) =>
  ({
    reaches: 'nowhere',
    says: 'Error loading',
    status: 'overridden',
    overrides: [{ source: 'project', location: [location] }],
  }) as const
const countsNot = { reaches: 'A', status: 'connected' } as const

/** Whose trust lets a project's file count; each directory is asked by itself. */
export const trustRows: readonly OverrideRow[] = [
  {
    title: 'trust of the root: its file',
    files: { ...repository('work/.git'), ...BROKEN_ROOT },
    cwd: 'a/b',
    edit: after(trust('{work}')),
    ...counts('work/.codex/config.toml'),
  },
  {
    title: 'trust of the root: a file below',
    files: { ...repository('work/.git'), ...BROKEN_BELOW },
    cwd: 'a/b',
    edit: after(trust('{work}')),
    ...counts('work/a/.codex/config.toml'),
  },
  {
    title: 'trust of a directory between: the file in the root',
    files: { ...repository('work/.git'), ...BROKEN_ROOT },
    cwd: 'a/b',
    edit: after(trust('{work}/a')),
    ...countsNot,
  },
  {
    title: 'trust of a directory between: its own file',
    files: { ...repository('work/.git'), ...BROKEN_BELOW },
    cwd: 'a/b',
    edit: after(trust('{work}/a')),
    ...counts('work/a/.codex/config.toml'),
  },
  {
    title: 'trust of the working directory: the file in the root',
    files: { ...repository('work/.git'), ...BROKEN_ROOT },
    cwd: 'a',
    edit: after(trust('{work}/a')),
    ...countsNot,
  },
  {
    title: 'trust of the root, the working directory refused: its own file',
    files: { ...repository('work/.git'), ...BROKEN_BELOW },
    cwd: 'a',
    edit: after(trust('{work}') + trust('{work}/a', 'untrusted')),
    ...countsNot,
  },
  {
    title: 'trust of the root, the working directory refused: the file in the root',
    files: { ...repository('work/.git'), ...BROKEN_ROOT },
    cwd: 'a',
    edit: after(trust('{work}') + trust('{work}/a', 'untrusted')),
    ...counts('work/.codex/config.toml'),
  },
  {
    title: 'trust of the main checkout: the file of a worktree',
    files: { ...WORKTREE, ...BROKEN_ROOT },
    edit: after(trust('{root}/main')),
    ...counts('work/.codex/config.toml'),
  },
  {
    title: 'trust of the main checkout, the worktree refused',
    files: { ...WORKTREE, ...BROKEN_ROOT },
    edit: after(trust('{root}/main') + trust('{work}', 'untrusted')),
    ...countsNot,
  },
  {
    title: 'trust of the directory above, without any repository',
    files: BROKEN_BELOW,
    cwd: 'a',
    edit: after(trust('{work}')),
    ...countsNot,
  },
]

export const projectRows: readonly OverrideRow[] = [
  {
    title: 'project file of an untrusted project',
    files: { 'work/.codex/config.toml': SELECT_OTHER },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'project file of a trusted project: provider keys are ignored',
    on: {
      '0.120.0': {
        reaches: 'B',
        authorization: 'Bearer other-token',
        status: 'overridden',
        overrides: [inProject('model_provider')],
      },
    },
    files: { 'work/.codex/config.toml': `openai_base_url = "{B}/v1"\n${SELECT_OTHER}` },
    edit: after('[projects."{work}"]\ntrust_level = "trusted"'),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'project file of a trusted project: our provider at another address',
    on: { '0.120.0': { reaches: 'B', status: 'overridden', overrides: [inProject('model_providers.gate')] } },
    files: { 'work/.codex/config.toml': GATE_AT_B },
    edit: after(trust('{work}')),
    reaches: 'A',
    status: 'connected',
  },
]
