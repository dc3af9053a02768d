import { expect } from 'vitest'
import type { OverrideRow } from './override-row.ts'
import type { Observation, ReportedStatus, Scene, SceneClient } from './scene.ts'

/** Makes what a row says, runs the real client, and holds both what was seen and what status says against the row. */
export async function playRow(scene: Scene, client: SceneClient, row: OverrideRow): Promise<void> {
  const staged = await scene.stage(row)
  try {
    const seen = await scene.observe(staged.args, staged.options)
    const said = `${seen.finished.stdout}\n${seen.finished.stderr}`
    expect(seen.reached, said).toBe(row.reaches)
    if (row.says !== undefined) expect(said).toContain(row.says)
    if (row.reaches !== 'nowhere') {
      const expected = row.authorizations?.map((value) => authorization({ ...row, authorization: value }, scene.token))
      const headers = expected ?? [authorization(row, scene.token)]
      expect([...seen.authorization].sort(), 'Authorization').toEqual([...headers].sort())
      expect(seen.apiKeys, 'X-Api-Key').toEqual([apiKey(row, client, scene.token)])
    }
    const status = await scene.status(staged.options)
    holdAgainst(row, status)
    if (row.blind === undefined) holdAgainstClient(scene, client, seen, status)
  } finally {
    await staged.strike()
  }
}

/**
 * The same on an older version of the client, which may do anything with what a row says: status must be green if and only
 * if this version did as gate set it up. Rows of which gate says that it cannot know are left out.
 */
export async function playOnOlder(scene: Scene, client: SceneClient, row: OverrideRow): Promise<void> {
  const staged = await scene.stage(row)
  try {
    const seen = await scene.observe(staged.args, staged.options)
    holdAgainstClient(scene, client, seen, await scene.status(staged.options))
  } finally {
    await staged.strike()
  }
}

/** Connected if and only if every model request went to the gateway with the credentials of gate's helper. */
function holdAgainstClient(scene: Scene, client: SceneClient, seen: Observation, status: ReportedStatus): void {
  const asGateSetIt =
    seen.reached === 'A' &&
    isOnly(seen.authorization, `Bearer ${scene.token}`) &&
    isOnly(seen.apiKeys, client.apiKey === 'token' ? scene.token : undefined)
  const { reached, authorization, apiKeys, finished } = seen
  const said = JSON.stringify({ reached, authorization, apiKeys, finished, status }, undefined, 2)
  expect(status.state === 'connected', `connected if and only if the client did as gate set it up: ${said}`).toBe(
    asGateSetIt,
  )
}

function isOnly(values: readonly (string | undefined)[], value: string | undefined): boolean {
  return values.length === 1 && values[0] === value
}

function authorization(row: OverrideRow, token: string): string | undefined {
  if (row.authorization === 'absent') return undefined
  return row.authorization === undefined || row.authorization === 'token' ? `Bearer ${token}` : row.authorization
}

function apiKey(row: OverrideRow, client: SceneClient, token: string): string | undefined {
  const value = row.apiKey ?? client.apiKey
  if (value === 'absent') return undefined
  return value === 'token' ? token : value
}

/** Status must say exactly what the row expects: its state, and those overrides and no other. */
function holdAgainst(row: OverrideRow, status: ReportedStatus): void {
  const told = status.overrides.filter(({ severity }) => severity !== 'info')
  const informed = status.overrides.filter(({ severity }) => severity === 'info')
  const text = JSON.stringify({ reasons: status.reasons, overrides: status.overrides }, undefined, 2)
  expect(status.state, text).toBe(row.status)
  const expected = row.overrides ?? []
  if (row.status !== 'drifted' && row.status !== 'unknown') expect(told.length, text).toBe(expected.length)
  const all = [
    ...expected.map((one) => ({ ...one, among: told })),
    ...(row.infos ?? []).map((one) => ({ ...one, among: informed })),
  ]
  for (const { source, location, among } of all) {
    const match = among.some((one) => one.source === source && location.every((part) => one.location.includes(part)))
    expect(match, `${source}: ${location.join(', ')} in ${text}`).toBe(true)
  }
}
