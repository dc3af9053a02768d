import type { Finding } from '@gate/core'
import type { ClientSetup, SetupResult } from '@gate/sdk'
import { actionText } from './action.js'
import { type ClientDetails, clientLines } from './client-lines.js'
import { confirmationJson, confirmationText } from './confirmation.js'
import { diffJson, diffText } from './diff.js'
import { findingJson, noteJson, noteText } from './finding.js'
import { forPeople } from './for-people.js'
import { overrideLine } from './override.js'
import { paint } from './paint.js'

/** The answer of `setup --json`. */
export function setupJson(result: SetupResult) {
  return {
    profile: result.profile,
    gateway: result.gateway,
    auth: result.auth,
    dryRun: result.dryRun,
    clients: result.clients.map((client) => ({
      id: client.id,
      displayName: client.displayName,
      result: client.result,
      edits: client.edits.map(({ kind, file, path }) => ({ kind, file, path })),
      error: client.error === undefined ? null : findingJson(client.error),
      notes: [...client.notes, ...rejectionNotes(client)].map(noteJson),
      overrides: client.overrides,
      confirmedBy: confirmationJson(client.confirmedBy ?? null),
      reasons: (client.reasons ?? []).map(findingJson),
      ...(result.dryRun ? { diff: diffJson(client.changes) } : {}),
    })),
    notes: result.notes.map(noteJson),
  }
}

/** What `setup` says to people: per client what changed, then what is left to do. */
export const setupText = forPeople((result: SetupResult): string => {
  const lines: string[] = []
  if (result.auth.signIn === 'signed-in') {
    const who = result.auth.account === undefined ? '' : ` as ${result.auth.account}`
    lines.push(`${paint('green', '✓')} Signed in${who}`)
  }
  for (const client of result.clients) lines.push(...setupLines(client, result.dryRun))
  for (const note of result.notes) lines.push(`${paint('yellow', '!')} ${noteText(note)}`)
  if (result.dryRun) lines.push('Nothing was written.')
  return `${lines.join('\n')}\n`
})

function setupLines(client: ClientSetup, dryRun: boolean): string[] {
  const { displayName, result } = client
  const edits = client.edits.map(({ file, path }) => ({ file, path }))
  switch (result) {
    case 'configured': {
      const verb = dryRun ? 'would be configured' : 'configured'
      const lines = doneLines(client, verb, edits)
      return dryRun ? [...lines, diffText(client.changes).trimEnd()] : lines
    }
    case 'unchanged':
      return doneLines(client, 'was configured already', [])
    case 'failed':
      return clientLines('red', '✗', `${displayName} was not configured`, { ...client, edits: [] })
    case 'skipped':
      return client.error === undefined
        ? [paint('dim', `- ${displayName} is not installed`)]
        : clientLines('yellow', '!', `${displayName} was passed over`, { ...client, edits: [] })
  }
}

function rejectionNotes({ rejection }: ClientSetup): Finding[] {
  return rejection === undefined ? [] : [rejection]
}

/** Written is not in force: what wins, and what the client says against it, is told before anything else. */
function doneLines(client: ClientSetup, verb: string, edits: ClientDetails['edits']): string[] {
  if (client.rejection) {
    const notes = [...rejectionNotes(client), ...client.notes]
    const headline = `${client.displayName} ${verb}, but the gateway does not accept the token`
    return clientLines('red', '✗', headline, { ...client, notes, edits })
  }
  const winners = client.overrides.filter(({ severity }) => severity === 'override')
  const contrary = client.reasons ?? []
  if (winners.length === 0 && contrary.length === 0) {
    const confirmed = client.confirmedBy ? `, ${confirmationText(client.confirmedBy)}` : ''
    return clientLines('green', '✓', `${client.displayName} ${verb}${confirmed}`, { ...client, edits })
  }
  if (winners.length === 0) {
    const headline = `${client.displayName} ${verb}, but does not use it`
    return [...clientLines('yellow', '!', headline, { ...client, edits }), ...contrary.flatMap(contraryLines)]
  }
  const [headline = '', ...details] = clientLines('yellow', '!', `${client.displayName} ${verb}, but overridden`, {
    ...client,
    edits,
  })
  return [headline, ...winners.map((winner) => `    ${overrideLine(winner)}`), ...details]
}

function contraryLines({ message, fix }: Finding): string[] {
  return [`    ${message}`, ...(fix === undefined ? [] : [`    ${actionText(fix)}`])]
}
