/** What is installed, where, and how gate knows. */
export interface Detection {
  readonly installed: boolean
  /** Version if it could be read without running the client; absent = unknown. */
  readonly version?: string
  /** Absolute path of the executable or application. */
  readonly location?: string
  /** One line per thing looked at, e.g. `~/.codex exists`, `no codex on PATH`. */
  readonly evidence: readonly string[]
  /** What the plan depends on besides host and connection: absolute paths that were found, by what they are. */
  readonly places?: Readonly<Record<string, readonly string[]>>
}

/** Something stronger than the file that gate wrote. */
export interface Override {
  /** Kind of place: environment, project file, managed policy, the same file. */
  readonly source: 'environment' | 'project' | 'local' | 'user' | 'managed' | 'command-line' | 'system'
  /** The variable or the file (with key), e.g. `ANTHROPIC_AUTH_TOKEN` or `/repo/.claude/settings.json: env.ANTHROPIC_BASE_URL`. */
  readonly location: string
  /** What it takes the place of: one of our keys, `credential`, `endpoint`, `model`. */
  readonly displaces: string
  /** What happens instead, in one sentence; no secret values. */
  readonly effect: string
  /** `override`: traffic or credentials differ from what gate set. `info`: worth knowing, changes nothing. */
  readonly severity: 'override' | 'info'
}
