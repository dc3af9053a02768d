import type { Snapshot } from './home-snapshot.ts'

/**
 * What the clients themselves leave in a home directory, seen by running each of them once without gate on an empty
 * home. Everything else that changed between two snapshots was changed by gate.
 */
const WRITTEN_BY_CLAUDE_CODE_2_1_329 = [
  '.claude.json',
  '.claude/.last-cleanup',
  '.claude/backups',
  '.claude/cache',
  '.claude/plugins',
  '.claude/projects',
  '.claude/sessions',
  '.cache/claude',
  '.local/share/claude',
  '.local/state/claude',
]

const WRITTEN_BY_CODEX_0_169_0 = [
  '.codex/.sandbox_migration',
  '.codex/.tmp',
  '.codex/cache',
  '.codex/installation_id',
  '.codex/models_cache.json',
  '.codex/sessions',
  '.codex/shell_snapshots',
  '.codex/skills',
  '.codex/thread-writer-locks',
  '.codex/tmp',
]

// goals, logs, memories, queue, state and thread_history, each with a schema version and SQLite's side files.
const CODEX_DATABASE = /^\.codex\/[a-z_]+_\d+\.sqlite(-shm|-wal)?$/

/** True for a path (relative to the home) that a client writes when it runs. */
export function isWrittenByClient(path: string): boolean {
  if (CODEX_DATABASE.test(path)) return true
  return [...WRITTEN_BY_CLAUDE_CODE_2_1_329, ...WRITTEN_BY_CODEX_0_169_0].some(
    (own) => path === own || path.startsWith(`${own}/`),
  )
}

/** A snapshot without what the clients wrote. */
export function withoutClientFiles(entries: Snapshot): Snapshot {
  return new Map([...entries].filter(([path]) => !isWrittenByClient(path)))
}
