/** What a status answer must say about one override: its kind of place, and words of its location. */
export interface ExpectedOverride {
  readonly source: 'environment' | 'project' | 'local' | 'user' | 'managed' | 'system'
  /** Every one must occur in `location`: the variable, or the file and the key. */
  readonly location: readonly string[]
}

/** A text in UTF-8, or in another encoding: what is no UTF-8 is easily written in `latin1`. */
export type RowFile = string | { readonly text: string; readonly encoding: 'latin1' | 'utf16le' }

/**
 * One line of "who wins": something besides gate's own edits, what the real client then does, and what status must say.
 *
 * In every text `{A}` is the gateway's URL for this client, `{B}` a foreign server, and `{root}`, `{home}` and `{work}` are directories.
 */
export interface OverrideRow {
  readonly title: string
  /** The first version of the client that the row is played on, e.g. because older ones do not know the key. Default: all. */
  readonly since?: string
  /** What is different for one exact version of the client that the tables are played on. */
  readonly on?: Readonly<Record<string, RowDifference>>
  readonly env?: Readonly<Record<string, string>>
  /** Arguments of the client: gate cannot see them. */
  readonly args?: readonly string[]
  /** Files below the test's root: `home/…`, `work/…`. */
  readonly files?: Readonly<Record<string, RowFile>>
  /** Files shown on top of `/etc`. */
  readonly etc?: Readonly<Record<string, RowFile>>
  /** Directory below `work/` that both run in. Default: `work/` itself. */
  readonly cwd?: string
  /** Text transformation of the user's own configuration file after setup. */
  readonly edit?: (text: string) => string
  /** Which server the model request reached. */
  readonly reaches: 'A' | 'B' | 'both' | 'nowhere'
  /** `Authorization` of that request; `token` is the one of gate's helper. Default: `Bearer` with the helper's token. */
  readonly authorization?: 'token' | 'absent' | (string & {})
  /** For `both`: every `Authorization` that was seen, in any order; `token` as above. */
  readonly authorizations?: readonly string[]
  /** `X-Api-Key` of that request. Default for Claude Code: the helper's token; Codex never sends one. */
  readonly apiKey?: 'token' | 'absent' | (string & {})
  /** Part of what the client says, where it reaches nobody. */
  readonly says?: string
  readonly status: 'connected' | 'overridden' | 'drifted' | 'unknown'
  /** Overrides of severity `override` in the status answer, in any order. */
  readonly overrides?: readonly ExpectedOverride[]
  /** What status must tell besides, with severity `info`; it may tell more. */
  readonly infos?: readonly ExpectedOverride[]
  /** Why status cannot know, for the rows in which it says `connected` and the client goes elsewhere. */
  readonly blind?: string
  /** Milliseconds for the client. Default 30000. */
  readonly timeoutMs?: number
}

/** What a row expects otherwise from an older version. */
export type RowDifference = Partial<Omit<OverrideRow, 'title' | 'since' | 'on'>>

/** The rows as they hold for a version: without those that begin later, and with what is different there. */
export function rowsFor(rows: readonly OverrideRow[], version: string): readonly OverrideRow[] {
  return rows.filter(({ since }) => since === undefined || !isOlder(version, since)).map((row) => asOn(row, version))
}

/**
 * Fewer rows for a version that is not the newest: those that say what is different on some version, and every n-th of
 * the others, at least `count` together. With `GATE_TEST_MATRIX` set, as `pnpm test:matrix` does, all of them.
 */
export function someRowsFor(rows: readonly OverrideRow[], version: string, count = 30): readonly OverrideRow[] {
  if (process.env.GATE_TEST_MATRIX) return rowsFor(rows, version)
  const known = rows.filter(({ since }) => since === undefined || !isOlder(version, since))
  const others = known.filter(({ on }) => on?.[version] === undefined)
  const every = Math.max(1, Math.floor(others.length / Math.max(1, count - (known.length - others.length))))
  const sample = new Set(others.filter((_, index) => index % every === 0))
  return known.filter((row) => row.on?.[version] !== undefined || sample.has(row)).map((row) => asOn(row, version))
}

function asOn(row: OverrideRow, version: string): OverrideRow {
  return { ...row, ...row.on?.[version] }
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0
}
