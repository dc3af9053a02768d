import type { Snapshot } from './home-snapshot.ts'

/** Where the clients keep their files, relative to the home. */
export interface ClientPlaces {
  /** Directory of Claude Code: `.claude`, or what `CLAUDE_CONFIG_DIR` says. */
  readonly claude: string
  /** Directory of Codex: `.codex`, or what `CODEX_HOME` says. */
  readonly codex: string
  /** Its state file, which `CLAUDE_CONFIG_DIR` moves into that directory. Default: beside `.claude`, or inside any other. */
  readonly claudeState?: string
  /** Configuration directory of OpenCode. Default `.config/opencode`. */
  readonly opencode?: string
  /** What `OPENCODE_CONFIG_DIR` adds. Default: nothing. */
  readonly opencodeMore?: string
}

const DEFAULT_PLACES: ClientPlaces = { claude: '.claude', codex: '.codex' }

/**
 * What `claude -p` of 2.1.329 leaves in its directory; directories stand for everything in them. A test runs the
 * client without gate and holds this list against what it sees.
 */
const CLAUDE_CODE_WRITES = ['backups', 'plugins', 'projects', 'sessions'] as const

/** What `codex exec` of 0.169.0 leaves in its directory. `.sqlite` stands for the file and SQLite's side files. */
const CODEX_WRITES = [
  '.sandbox_migration',
  '.tmp',
  'goals_1.sqlite',
  'installation_id',
  'logs_2.sqlite',
  'memories_1.sqlite',
  'models_cache.json',
  'queue_1.sqlite',
  'sessions',
  'shell_snapshots',
  'skills',
  'state_5.sqlite',
  'thread-writer-locks',
  'thread_history_1.sqlite',
  'tmp',
] as const

/**
 * What `opencode run` of 1.18.33 leaves outside of its configuration directory; a trailing slash stands for the directory
 * alone. Inside it leaves a `.gitignore`.
 */
const OPENCODE_WRITES = [
  '.cache/',
  '.cache/opencode',
  '.local/',
  '.local/share/',
  '.local/share/opencode',
  '.local/state/',
  '.local/state/opencode',
] as const

/** Everything that the clients write, relative to the home. */
export function clientWrites(places: ClientPlaces = DEFAULT_PLACES): string[] {
  return [
    places.claudeState ?? (places.claude === DEFAULT_PLACES.claude ? '.claude.json' : `${places.claude}/.claude.json`),
    ...CLAUDE_CODE_WRITES.map((entry) => `${places.claude}/${entry}`),
    ...CODEX_WRITES.map((entry) => `${places.codex}/${entry}`),
    `${places.opencode ?? '.config/opencode'}/.gitignore`,
    ...(places.opencodeMore === undefined ? [] : [`${places.opencodeMore}/.gitignore`]),
    ...OPENCODE_WRITES,
  ]
}

/** The entry of {@link clientWrites} that covers a path (relative to the home); undefined when no client writes it. */
export function writtenByClient(path: string, places?: ClientPlaces): string | undefined {
  return clientWrites(places).find((own) => {
    if (own.endsWith('.sqlite')) return path === own || path === `${own}-shm` || path === `${own}-wal`
    if (own.endsWith('/')) return path === own.slice(0, -1)
    return path === own || path.startsWith(`${own}/`)
  })
}

/** A snapshot without what the clients wrote. */
export function withoutClientFiles(entries: Snapshot, places?: ClientPlaces): Snapshot {
  return new Map([...entries].filter(([path]) => writtenByClient(path, places) === undefined))
}

/** gate's own directories in a home without `GATE_HOME` and `XDG_*`, and the directories above them. */
const GATE_PLACES = ['.config/gate', '.cache', '.cache/gate', '.local', '.local/state', '.local/state/gate']

/** True for gate's own directories and everything in them. */
export function belongsToGate(path: string): boolean {
  return GATE_PLACES.includes(path) || /^\.(config|cache|local\/state)\/gate\//.test(path)
}
