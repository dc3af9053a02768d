import type { UndoneEdit } from '@gate/core'
import type { ClientTeardown, Purged, TeardownResult } from '@gate/sdk'
import { clientLines } from './client-lines.js'
import { diffJson, diffText } from './diff.js'
import { findingJson, noteJson, noteText } from './finding.js'
import { forPeople } from './for-people.js'
import { paint } from './paint.js'

const OUTCOMES: Readonly<Record<UndoneEdit['outcome'], string>> = {
  restored: 'your value is back',
  removed: 'removed',
  'kept-user-change': 'kept: you changed it',
  'already-gone': 'was gone already',
}

/** The answer of `teardown --json`. */
export function teardownJson(result: TeardownResult) {
  return {
    dryRun: result.dryRun,
    clients: result.clients.map((client) => ({
      id: client.id,
      result: client.result,
      edits: client.edits.map(({ kind, file, path, outcome }) => ({ kind, file, path, outcome })),
      error: client.error === undefined ? null : findingJson(client.error),
      notes: client.notes.map(noteJson),
      ...(result.dryRun ? { diff: diffJson(client.changes) } : {}),
    })),
    purged: result.purged === undefined ? null : purgedJson(result.purged),
    notes: result.notes.map(noteJson),
  }
}

/** The part of an answer that tells what a purge did. */
export function purgedJson({ notes, ...rest }: Purged) {
  return { ...rest, notes: notes.map(noteJson) }
}

/** What `teardown` says to people. */
export const teardownText = forPeople((result: TeardownResult): string => {
  const lines = result.clients.flatMap((client) => teardownLines(client, result.dryRun))
  if (result.purged) {
    lines.push(
      result.purged.complete
        ? `${paint('green', '✓')} Tokens, profiles and everything else that gate kept are deleted`
        : `${paint('red', '✗')} Not everything is deleted: a secret store did not give up what it holds. Run the command again when it does.`,
    )
    for (const note of result.purged.notes) lines.push(`    ${paint('yellow', '→')} ${noteText(note)}`)
  }
  for (const note of result.notes) lines.push(noteText(note))
  if (result.dryRun) lines.push('Nothing was written.')
  return `${lines.join('\n')}\n`
})

function teardownLines(client: ClientTeardown, dryRun: boolean): string[] {
  const edits = client.edits.map(({ file, path, outcome }) => ({ file, path, outcome: OUTCOMES[outcome] }))
  switch (client.result) {
    case 'reverted': {
      const lines = clientLines('green', '✓', `${client.id} ${dryRun ? 'would be undone' : 'undone'}`, {
        ...client,
        edits,
      })
      return dryRun ? [...lines, diffText(client.changes).trimEnd()] : lines
    }
    case 'partly-reverted': {
      const headline = `${client.id} ${dryRun ? 'would be' : 'was'} undone in part`
      const lines = clientLines('red', '✗', headline, { ...client, edits })
      return dryRun && client.changes.length > 0 ? [...lines, diffText(client.changes).trimEnd()] : lines
    }
    case 'nothing-to-do':
      return clientLines('dim', '-', `${client.id}: nothing to undo`, { ...client, edits: [] })
    case 'failed':
      return clientLines('red', '✗', `${client.id} was not undone and stays configured`, { ...client, edits: [] })
  }
}
