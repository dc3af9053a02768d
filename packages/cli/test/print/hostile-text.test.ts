import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

type Print = (...args: readonly unknown[]) => unknown

/** Stands in the samples wherever a text may come from outside; everything else is one of gate's own words. */
const T = 'TEXT'
const fix = { action: 'advice', text: T, actions: [{ action: 'setup', client: T, profile: T }] }
const failure = {
  code: T,
  severity: 'error',
  message: T,
  place: { file: T, line: 1, column: 2 },
  fix,
  exitCode: 1,
  print: true,
}
const note = { code: T, severity: 'info', message: T, fix: { action: 'run', command: T } }
const edit = { kind: 'json', file: T, path: T, outcome: 'removed' }
const change = { path: T, before: T, after: `${T}${T}` }
const override = { severity: 'override', location: T, effect: T }
const reason = { code: T, severity: 'error', message: T, place: { file: T, line: 3 }, fix }
const teardown = {
  dryRun: true,
  clients: ['reverted', 'partly-reverted', 'nothing-to-do', 'failed'].map((result) => ({
    id: T,
    result,
    edits: [edit],
    changes: [change],
    error: failure,
    notes: [note],
  })),
  purged: { profiles: [T], complete: true, notes: [note] },
  notes: [note],
  exitCode: 0,
}
const setup = {
  profile: T,
  gateway: { url: T, reachable: true },
  auth: { kind: 'oidc', signIn: 'signed-in', account: T },
  dryRun: true,
  clients: ['configured', 'unchanged', 'failed', 'skipped'].map((result) => ({
    id: T,
    displayName: T,
    result,
    edits: [edit],
    changes: [change],
    error: failure,
    notes: [note],
    overrides: [override, { ...override, severity: 'info' }],
  })),
  notes: [note],
  exitCode: 0,
}
const status = {
  profile: T,
  gateway: T,
  auth: {
    kind: 'oidc',
    state: 'signed-in',
    expiresAt: 1,
    renewable: true,
    secretStore: 'file',
    secretStoreLocation: T,
    account: T,
    reasons: [reason],
  },
  clients: ['connected', 'overridden'].map((state) => ({
    id: T,
    displayName: T,
    state,
    version: T,
    confirmedBy: { program: T, version: T, at: 1 },
    lastTokenAt: 1,
    files: [{ path: T, exists: true }],
    reasons: [reason],
    overrides: [override],
    notes: [note],
  })),
  recovered: [{ clientId: T, action: 'conflict', files: [T] }],
  pending: failure,
  live: [{ protocol: 'anthropic', url: T, outcome: 'failed', detail: T }],
  exitCode: 0,
}
const plugin = {
  package: T,
  version: T,
  client: T,
  apiVersion: 1,
  directory: T,
  source: 'node_modules',
  installedBy: T,
  error: failure,
}
const shown = {
  profile: T,
  file: T,
  configured: false,
  problems: [T],
  settings: {
    gatewayUrl: T,
    anthropicPath: T,
    openaiPath: T,
    models: [T],
    headers: { [T]: T },
    caFile: T,
    options: { [T]: { [T]: T } },
  },
  secretStore: 'file',
  plugins: [T],
  clients: [{ id: T, profile: T, files: [T] }],
}
const checks = ['pass', 'warn', 'fail', 'unknown'].map((result) => ({ id: T, title: T, result, detail: T, fix }))
const doctor = { profile: T, platform: 'linux', checks, exitCode: 0 }

/** Every printer with everything that it prints. */
const PRINTERS: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  'client-lines.clientLines': [['red', '✗', T, { edits: [edit], error: failure, notes: [note] }]],
  'config.configText': [[shown]],
  'config.valueText': [[T], [[T, T]]],
  'config.resetText': [[{ teardown, signedOut: { profiles: [T], complete: true, notes: [note] } }]],
  'confirmation.confirmationText': [[{ program: T, version: T, at: 1 }], [null]],
  'diff.diffText': [[[change]]],
  'doctor.doctorText': [[doctor]],
  'doctor.doctorReport': [[doctor, { gateVersion: T, nodeVersion: T, home: '/home/me' }]],
  'failure.printFailure': [[failure, false]],
  'list.listText': [
    [
      {
        clients: [
          { id: T, displayName: T, installed: true, configured: false, plugin, error: failure },
          { id: T, displayName: T, installed: null, configured: true },
        ],
      },
    ],
  ],
  'login-presenter.loginText': [
    ['browser', { url: T }],
    ['browser-failed', { url: T, reason: T }],
    ['print-url', { url: T, issuerUrl: T }],
    ['device', { verificationUri: T, userCode: T }],
    ['device', { verificationUri: T, verificationUriComplete: T, userCode: T }],
    ['paste-refused', { reason: T }],
    ['waiting-for-other-login', { url: T }],
  ].map(([kind, rest]) => [{ kind, ...(rest as object) }]),
  'login.loginText': [[{ account: T, expiresAt: 1, renewable: false, byOtherProcess: false }]],
  'login.logoutText': [[{ wasSignedIn: true, revocation: 'failed', reason: T }]],
  'override.overrideLine': [[override]],
  'plugins.pluginsText': [[{ plugins: [plugin], searched: [T] }], [{ plugins: [], searched: [T] }]],
  'plugins.addedText': [
    [{ result: 'recorded', package: T, version: T, directory: T, installedBy: T, displayName: T, client: T }],
    [{ result: 'installed', package: T, version: T, directory: T, installedBy: T, displayName: T, client: T }],
  ],
  'plugins.removedText': [[{ package: T, result: 'removed', stillAt: T, teardown }]],
  'plugins.createdText': [[{ package: T, directory: T, files: [T] }]],
  'setup.setupText': [[setup]],
  'status.statusText': [[status]],
  'teardown.teardownText': [[teardown]],
}

/** What composes text for a printer, asks, or writes what is made already. */
const NO_PRINTERS = new Set([
  'action.actionText',
  'finding.noteText',
  'finding.placeText',
  'for-people.forPeople',
  'login-presenter.createLoginPresenter',
  'paint.paint',
  'progress.createProgress',
  'progress-text.progressText',
  'prompt.askNewPassphrase',
  'prompt.askSecret',
  'prompt.canPrompt',
  'prompt.confirm',
  'prompt.readStdin',
  'streams.flushed',
  'streams.guardStreams',
  'streams.isTerminal',
  'streams.reserveStdout',
  'streams.stdout',
  'streams.writeError',
  'streams.writeOut',
  'table.table',
])

const SOURCES = join(import.meta.dirname, '../../src/print')

async function printers(): Promise<Map<string, Print>> {
  const found = new Map<string, Print>()
  for (const file of readdirSync(SOURCES)) {
    const module: Record<string, unknown> = await import(join(SOURCES, file))
    for (const [name, value] of Object.entries(module)) {
      if (typeof value === 'function') found.set(`${file.replace(/\.ts$/, '')}.${name}`, value as Print)
    }
  }
  return found
}

/** A copy of a sample in which every text from outside is this one. */
function filled(value: unknown, text: string): unknown {
  if (typeof value === 'string') return value.replaceAll(T, text)
  if (Array.isArray(value)) return value.map((each) => filled(each, text))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [filled(key, text), filled(each, text)]))
}

function print(printer: Print, sample: readonly unknown[], text: string): string {
  const said = printer(...(filled(sample, text) as unknown[]))
  return (Array.isArray(said) ? said : [said]).join('\n')
}

const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
const HOSTILE = [
  '\u001b[1A\u001b[2K',
  '\u001b[8mhidden',
  '\u001b]0;title\u0007',
  '\u001b]8;;http://evil\u001b\\text',
  '\r',
  'a\n✓ Codex CLI  connected',
  '\u009b2J',
  '\u202eevil',
  '\u2066x\u2069',
  'a\u200bb',
  '\ufeff',
  '\u0000',
  '\u0008\u0008',
  '\u2028x',
  '\ud800',
  '\u{e0041}',
  '\u007f',
]

test('every function of print/ is known to this test', async () => {
  const found = [...(await printers()).keys()].filter((name) => !NO_PRINTERS.has(name) && !name.endsWith('Json'))
  expect(found.sort()).toEqual(Object.keys(PRINTERS).sort())
})

describe.each(Object.keys(PRINTERS))('%s', (name) => {
  test('shows what a terminal would act on, in every field', async () => {
    const printer = (await printers()).get(name) as Print
    const text = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: fc.constantFrom(...HOSTILE.join(''), 'a', '/', ' '), minLength: 1 }),
    )
    for (const sample of PRINTERS[name] ?? []) {
      // A diff is of whole files, whose own lines stay lines.
      const isDiff = JSON.stringify(sample).includes('"before"')
      const lines = print(printer, sample, 'x').split('\n').length
      void fc.assert(
        fc.property(text, (hostile) => {
          const said = print(printer, sample, hostile)
          expect(said.replaceAll(colours, '').replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
          if (!isDiff) expect(said.split('\n').length).toBeLessThanOrEqual(lines)
        }),
        { numRuns: 60, examples: HOSTILE.map((hostile) => [hostile]) },
      )
    }
  })
})
