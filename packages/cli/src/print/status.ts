import type { ClientState, Finding } from '@gate/core'
import { type ClientReport, recoveryNotes, type StatusAuth, type StatusResult } from '@gate/sdk'
import { actionText } from './action.js'
import { confirmationJson, confirmationText } from './confirmation.js'
import { findingJson, noteJson, noteText, placeText } from './finding.js'
import { forPeople } from './for-people.js'
import { overrideLine } from './override.js'
import { paint } from './paint.js'
import { table } from './table.js'

const COLOURS: Readonly<Record<ClientState, 'green' | 'yellow' | 'red' | 'dim'>> = {
  connected: 'green',
  drifted: 'red',
  overridden: 'red',
  'no-token': 'red',
  unknown: 'yellow',
  detected: 'yellow',
  'not-installed': 'dim',
}

/** The answer of `status --json`. Times are ISO 8601, absent values null. */
export function statusJson(result: StatusResult) {
  return {
    profile: result.profile,
    gateway: result.gateway ?? null,
    auth: authJson(result.auth),
    clients: result.clients.map(clientJson),
    recovered: result.recovered,
    pending: result.pending === undefined ? null : findingJson(result.pending),
    ...(result.live === undefined ? {} : { live: result.live }),
  }
}

function authJson(auth: StatusAuth) {
  if (!('secretStore' in auth)) {
    const reasons = auth.error === undefined ? [] : [findingJson(auth.error)]
    return { kind: auth.kind, state: auth.state, expiresAt: null, secretStore: null, account: null, reasons }
  }
  return {
    kind: auth.kind,
    state: auth.state,
    expiresAt: auth.expiresAt === undefined ? null : new Date(auth.expiresAt).toISOString(),
    secretStore: auth.secretStore,
    secretStoreLocation: auth.secretStoreLocation,
    account: auth.account ?? null,
    renewable: auth.renewable ?? null,
    clockSkewMs: auth.clockSkewMs ?? null,
    reasons: auth.reasons.map(findingJson),
  }
}

function clientJson(client: ClientReport) {
  return {
    id: client.id,
    displayName: client.displayName,
    state: client.state,
    version: client.version ?? null,
    confirmedBy: confirmationJson(client.confirmedBy),
    lastTokenAt: client.lastTokenAt === undefined ? null : new Date(client.lastTokenAt).toISOString(),
    files: client.files,
    reasons: client.reasons.map(findingJson),
    overrides: client.overrides,
    notes: client.notes.map(noteJson),
  }
}

/** What `status` says to people: sign-in, a table, then what is wrong with each client. */
export const statusText = forPeople((result: StatusResult): string => {
  const head = [
    ['gateway', result.gateway ?? paint('yellow', 'not configured; run gate setup --gateway-url URL …')],
    ['profile', result.profile],
    ['sign-in', authText(result.auth)],
  ]
  const parts = [table(head), '\n']
  if (result.clients.length === 0) {
    parts.push('No client plugin is installed. Install one: gate plugins add @gate/client-codex\n')
  } else {
    parts.push(
      table(
        result.clients.map((client) => [
          client.displayName,
          paint(COLOURS[client.state], client.state),
          client.version ?? '',
          client.state === 'connected' ? confirmationText(client.confirmedBy) : '',
        ]),
      ),
    )
  }
  const shared = sharedReasons(result.clients)
  for (const client of result.clients) parts.push(...clientText(client, shared))
  for (const [names, reason] of shared.values())
    parts.push(`\n${paint('bold', names.join(', '))}\n`, ...reasonLines(reason))
  for (const note of recoveryNotes(result)) parts.push(`\n${noteText(note)}\n`)
  for (const live of result.live ?? []) {
    const colour = live.outcome === 'answered' ? 'green' : live.outcome === 'not-offered' ? 'dim' : 'red'
    parts.push(`\n${paint(colour, live.outcome)}  ${live.protocol}  ${live.url}  ${live.detail}`)
  }
  if (result.live) parts.push('\n')
  return parts.join('')
})

function authText(auth: StatusAuth): string {
  if (!('secretStore' in auth)) return auth.error === undefined ? auth.state : `${auth.state}: ${auth.error.message}`
  const parts = [auth.state === 'signed-in' ? paint('green', auth.state) : paint('yellow', auth.state)]
  if (auth.account !== undefined) parts.push(`as ${auth.account}`)
  if (auth.expiresAt !== undefined) {
    const until = new Date(auth.expiresAt).toISOString()
    parts.push(auth.renewable ? `token until ${until}, renewed by itself` : `until ${until}`)
  }
  if (auth.kind !== 'none') parts.push(`secrets in ${auth.secretStoreLocation}`)
  return [
    parts.join(', '),
    ...auth.reasons.map((reason) => `${reason.message}${reason.fix ? ` ${actionText(reason.fix)}` : ''}`),
  ].join('\n         ')
}

/** What several clients suffer from alike, with their names: one fact is told once. */
function sharedReasons(clients: readonly ClientReport[]): Map<string, readonly [string[], Finding]> {
  const seen = new Map<string, readonly [string[], Finding]>()
  for (const { displayName, reasons } of clients) {
    for (const reason of reasons) {
      const entry = seen.get(reasonKey(reason)) ?? [[], reason]
      entry[0].push(displayName)
      seen.set(reasonKey(reason), entry)
    }
  }
  return new Map([...seen].filter(([, [names]]) => names.length > 1))
}

function reasonKey({ code, message, place }: Finding): string {
  return JSON.stringify([code, message, place?.file, place?.line])
}

function reasonLines(reason: Finding): string[] {
  const place = placeText(reason)
  const at = place === undefined || reason.message.includes(reason.place?.file ?? place) ? '' : ` (${place})`
  return [
    `  ${reason.message}${at}\n`,
    ...(reason.fix === undefined ? [] : [`    ${paint('cyan', actionText(reason.fix))}\n`]),
  ]
}

function clientText(client: ClientReport, shared: ReadonlyMap<string, unknown>): string[] {
  const lines = [
    ...client.reasons.filter((reason) => !shared.has(reasonKey(reason))).flatMap(reasonLines),
    ...client.overrides.map((override) => `  ${overrideLine(override)}\n`),
    ...client.notes.map((note) => `  ${paint('yellow', '→')} ${noteText(note)}\n`),
  ]
  return lines.length === 0 ? [] : [`\n${paint('bold', client.displayName)}\n`, ...lines]
}
