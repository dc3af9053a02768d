import { inLocal, json, withEnv } from './claude-code-settings.ts'
import type { OverrideRow } from './override-row.ts'

const SHARED = '.claude/settings.json'
const LOCAL = '.claude/settings.local.json'
const redirect = json(withEnv({ ANTHROPIC_BASE_URL: '{B}' }))
const ours = json(withEnv({ ANTHROPIC_BASE_URL: '{A}' }))

/** What makes `work` a repository for Claude Code: any directory of that name. */
const GIT = { 'work/.git/description': '' }
/** As git leaves a worktree of `work/main` in `work/tree`. */
const WORKTREE = {
  'work/main/.git/worktrees/tree/commondir': '../..\n',
  'work/main/.git/worktrees/tree/gitdir': '{work}/tree/.git\n',
  'work/tree/.git': 'gitdir: {work}/main/.git/worktrees/tree\n',
}
const at = (directory: string) => [{ ...inLocal('ANTHROPIC_BASE_URL'), location: [`${directory}/${LOCAL}: env.`] }]

/** Settings that Claude Code reads from the root of a repository when it is started elsewhere in it. */
export const repositoryRows: readonly OverrideRow[] = [
  {
    title: 'local settings of the repository, started in a subdirectory',
    files: { ...GIT, [`work/${LOCAL}`]: redirect, 'work/sub/x': '' },
    cwd: 'sub',
    reaches: 'B',
    status: 'overridden',
    overrides: at('work'),
  },
  {
    title: 'local settings of the repository beat those of the subdirectory',
    files: { ...GIT, [`work/${LOCAL}`]: redirect, [`work/sub/${LOCAL}`]: ours },
    cwd: 'sub',
    reaches: 'B',
    status: 'overridden',
    overrides: at('work'),
  },
  {
    title: 'local settings of the repository undo those of the subdirectory',
    files: { ...GIT, [`work/${LOCAL}`]: ours, [`work/sub/${LOCAL}`]: redirect },
    cwd: 'sub',
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'local settings of the subdirectory count where the repository says nothing',
    files: { ...GIT, [`work/${LOCAL}`]: '{}', [`work/sub/${LOCAL}`]: redirect },
    cwd: 'sub',
    reaches: 'B',
    status: 'overridden',
    overrides: at('work/sub'),
  },
  {
    title: 'shared settings of the repository are not read in a subdirectory',
    files: { ...GIT, [`work/${SHARED}`]: redirect, 'work/sub/x': '' },
    cwd: 'sub',
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a repository within hides the local settings of the one around it',
    files: { ...GIT, [`work/${LOCAL}`]: redirect, 'work/sub/.git/description': '', 'work/sub/deep/x': '' },
    cwd: 'sub/deep',
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'local settings of the main checkout, started in a worktree',
    files: { ...WORKTREE, [`work/main/${LOCAL}`]: redirect },
    cwd: 'tree',
    reaches: 'B',
    status: 'overridden',
    overrides: at('work/main'),
  },
  {
    title: 'local settings of the main checkout beat those of the worktree',
    files: { ...WORKTREE, [`work/main/${LOCAL}`]: redirect, [`work/tree/${LOCAL}`]: ours },
    cwd: 'tree',
    reaches: 'B',
    status: 'overridden',
    overrides: at('work/main'),
  },
  {
    title: 'local settings of the main checkout undo those of the worktree',
    files: { ...WORKTREE, [`work/main/${LOCAL}`]: ours, [`work/tree/${LOCAL}`]: redirect },
    cwd: 'tree',
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'local settings of the worktree itself are not read in its subdirectories',
    files: { ...WORKTREE, [`work/tree/${LOCAL}`]: redirect, 'work/tree/sub/x': '' },
    cwd: 'tree/sub',
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a .git file that nothing points back to names no main checkout',
    files: {
      ...WORKTREE,
      'work/main/.git/worktrees/tree/gitdir': '{work}/other/.git\n',
      [`work/main/${LOCAL}`]: redirect,
    },
    cwd: 'tree',
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a worktree of a bare repository counts alone',
    files: {
      'work/bare.git/worktrees/tree/commondir': '../..\n',
      'work/bare.git/worktrees/tree/gitdir': '{work}/tree/.git\n',
      'work/tree/.git': 'gitdir: {work}/bare.git/worktrees/tree\n',
      [`work/${LOCAL}`]: redirect,
      [`work/bare.git/${LOCAL}`]: redirect,
    },
    cwd: 'tree',
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a home directory that is a repository does not count in its subdirectories',
    files: { 'home/.git/description': '', [`home/${LOCAL}`]: redirect, 'home/sub/x': '' },
    cwd: '../home/sub',
    reaches: 'A',
    status: 'connected',
  },
]
