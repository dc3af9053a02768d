import type { GateDirectories } from '@gate/core'

/** Which of gate's directories an entry lies in. */
export type OwnPlace = keyof GateDirectories

/** One kind of file or directory that gate writes. */
export interface OwnEntry {
  readonly kind: 'file' | 'directory'
  /** What a file of gate's says somewhere; a file of that name that does not say it is somebody else's. */
  readonly says: readonly string[]
  /** Whether it holds nothing, and its time is what it says. */
  readonly isEmpty: boolean
}

const PROFILE = '[a-z0-9][a-z0-9._-]{0,63}'
const CLIENT = '[a-z0-9][a-z0-9-]{0,63}'
const TEMPORARY = String.raw`\..{1,150}\.gate-\d+-[0-9a-f]{16}\.tmp`
/** A lock, the claim of a process that waits for it, and what was taken away from a dead one. */
const LOCK = String.raw`[A-Za-z0-9._-]+\.lock(?:\.\d+-[0-9a-f]{8}-[0-9a-f]{16})?`

/** Paths below a directory of gate's as patterns, with what the file says; those that end in `/` are directories. */
type Table = Readonly<Record<string, readonly string[] | 'nothing'>>

const LOCKS: Table = { 'locks/': [], [`locks/${LOCK}/`]: [], [`locks/${LOCK}/owner\\.json`]: ['"pid"', '"token"'] }

/**
 * Everything that gate writes: the one list that start-up looks through for what is foreign, and that a purge deletes by.
 * A test compares it with what is there after a gate that did everything.
 */
const WRITTEN: Readonly<Record<OwnPlace, Table>> = {
  config: {
    'config\\.json': ['"version"', '"profiles"'],
    'secrets\\.enc': ['"kdf"'],
    [TEMPORARY]: [],
    ...LOCKS,
  },
  state: {
    'ledger\\.json': ['"version"', '"receipts"'],
    'created\\.json': ['"directories"'],
    'secrets\\.key': ['gate-secrets-key'],
    [TEMPORARY]: [],
    'journal/': [],
    'journal/\\d+-[0-9a-f]{16}\\.json': ['"phase"', '"clientId"'],
    [`journal/${TEMPORARY}`]: [],
    ...LOCKS,
    'bin/': [],
    [`bin/gate-token-${PROFILE}-[0-9a-f]{8}(?:\\.cmd)?`]: ['Written by gate'],
    [`bin/${TEMPORARY}`]: [],
    'clients/': [],
    [`clients/${CLIENT}/`]: [],
    [`clients/${CLIENT}/(?:plugin|undo)\\.json`]: ['{'],
    'clients/claude-desktop/organization': [],
    [`clients/${CLIENT}/${TEMPORARY}`]: [],
    'login/': [],
    [`login/${PROFILE}\\.json`]: ['"version"', '"state"'],
    [`login/${TEMPORARY}`]: [],
    'sign-in/': [],
    [`sign-in/${PROFILE}\\.json`]: ['"version"'],
    [`sign-in/${TEMPORARY}`]: [],
  },
  cache: {
    'answers/': [],
    [`answers/${CLIENT}\\.json`]: ['"version"', '"answers"'],
    [`answers/${TEMPORARY}`]: [],
    'tokens/': [],
    [`tokens/${PROFILE}\\.json`]: ['"version"', '"token"', '"expiresAt"'],
    // The process that renews the token of a profile.
    [`tokens/${PROFILE}\\.renewing`]: [],
    // Signs of life: when a client last asked.
    [`tokens/${PROFILE}@${CLIENT}`]: 'nothing',
    [`tokens/${TEMPORARY}`]: [],
    'plugins/': [],
    'plugins/[0-9a-f]{32}\\.json': ['"stamp"'],
    // Node names these: its version, the processor, a checksum, the user; then one per module.
    'compile/': [],
    'compile/(?:setup|status)\\.bin(?:\\.\\d+\\.tmp)?': [],
    'compile/v\\d+[\\w.-]+/': [],
    'compile/v\\d+[\\w.-]+/[0-9a-f]{8}(?:\\.[A-Za-z0-9]{6})?': [],
  },
  runtime: {},
}

/** What gate keeps under a path below one of its directories; undefined for what gate does not write. Pure. */
export function ownEntry(place: OwnPlace, path: string): OwnEntry | undefined {
  const slashed = path.replaceAll('\\', '/')
  for (const [pattern, says] of Object.entries(WRITTEN[place])) {
    const isDirectory = pattern.endsWith('/')
    if (!new RegExp(`^${isDirectory ? pattern.slice(0, -1) : pattern}$`).test(slashed)) continue
    const isEmpty = says === 'nothing'
    return { kind: isDirectory ? 'directory' : 'file', says: isEmpty ? [] : says, isEmpty }
  }
  return undefined
}

/** Names of the entries right below one of gate's directories, without temporary files. Pure. */
export function topEntries(place: OwnPlace): readonly string[] {
  const names = Object.keys(WRITTEN[place])
    .filter((pattern) => pattern !== TEMPORARY)
    .map((pattern) => (pattern.split('/')[0] ?? '').replaceAll('\\', ''))
  return [...new Set(names)]
}
