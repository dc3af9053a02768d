import type { Connection, Detection, JsonEdit, Platform } from '@gate/core'
import { createTestHost, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import { CONFIGURATION_ID } from '../src/documents.js'
import claudeDesktop from '../src/index.js'
import { plan } from '../src/plan.js'
import { installations } from './installations.js'
import { DEFAULT_ENTRY, OTHER_ID, places } from './places.js'

const installed: Detection = { installed: true, evidence: [] }

async function planned(
  changes: Partial<Connection> = {},
  platform: Platform = 'darwin',
  detection: Detection = installed,
): Promise<readonly JsonEdit[]> {
  await using host = await createTestHost({ platform })
  return plan(host, testConnection(platform, changes), detection).edits as readonly JsonEdit[]
}

async function document(changes: Partial<Connection> = {}, platform: Platform = 'darwin') {
  const edits = (await planned(changes, platform)).filter(({ file }) => file.includes(CONFIGURATION_ID))
  return Object.fromEntries(edits.map(({ path, value }) => [path[0], value]))
}

describe('what is written', () => {
  it('S61 the configuration, in flat keys and values of their own types', async () => {
    expect(await document({ models: [{ id: 'claude-sonnet-5' }, { id: 'claude-opus-5' }] })).toEqual({
      inferenceProvider: 'gateway',
      inferenceGatewayBaseUrl: 'https://gateway.example.test/anthropic',
      inferenceGatewayAuthScheme: 'bearer',
      inferenceCredentialKind: 'helper-script',
      inferenceCredentialHelper: '/gate/state/bin/gate-token-default',
      inferenceCredentialHelperTtlSec: 300,
      inferenceCredentialHelperTimeoutSec: 60,
      deploymentDisplayName: 'gate',
      chatTabEnabled: true,
      inferenceModels: [{ name: 'claude-sonnet-5' }, { name: 'claude-opus-5' }],
    })
    expect(await document()).not.toHaveProperty('inferenceModels')
  })

  it('nothing that the app stops reading, hides its sign-in screen or is an administrator’s business', async () => {
    const text = JSON.stringify(await document({ headers: { 'X-A': 'b' }, models: [{ id: 'claude-opus-5' }] }))
    expect(text).not.toMatch(
      /inferenceGatewayHeaders|"sso"|"auto"|"oauth"|disableDeploymentModeChooser|deploymentOrganizationUuid|Telemetry|Egress|updates/i,
    )
  })

  it('an id that the app accepts', () => expect(CONFIGURATION_ID).toMatch(/^[a-f0-9-]{36}$/))

  it('first what is named, then what names it, then what makes the app look', async () => {
    const files = [...new Set((await planned()).map(({ file }) => file.replace(/.*Application Support\//, '')))]
    expect(files).toEqual([
      `Claude-3p/configLibrary/${CONFIGURATION_ID}.json`,
      'Claude-3p/configLibrary/_meta.json',
      'Claude-3p/claude_desktop_config.json',
      'Claude/claude_desktop_config.json',
    ])
  })

  it('T7.4-A5 exactly one credential, also for a gateway that wants none', async () => {
    expect(await document({ auth: { kind: 'none' } })).toMatchObject({
      inferenceCredentialKind: 'static',
      inferenceGatewayApiKey: 'no-token-needed',
    })
  })

  it.each([
    ['an absolute URI', 'https://api.example.test', 'https://api.example.test'],
    ['a plain name', 'my-api', undefined],
    ['a URI with a fragment', 'https://api.example.test#x', undefined],
  ])('as RFC 8707 resource of the app’s own sign-in: %s', async (_, audience, resource) => {
    const auth = { kind: 'oidc', issuer: 'https://i.test', clientId: 'c', scopes: ['openid', 'api'], audience } as const
    const { inferenceGatewayOidc } = await document({ auth, options: { 'claude-desktop': { auth: 'native' } } })
    expect(inferenceGatewayOidc).toEqual({
      clientId: 'c',
      issuer: 'https://i.test',
      scopes: 'openid api',
      bearerTokenType: 'access_token',
      ...(resource === undefined ? {} : { resource }),
    })
  })
})

describe('where it is written', () => {
  it('in every library and mode file that detection found', async () => {
    const found = { libraries: ['C:\\pkg\\Claude-3p'], modes: ['C:\\pkg\\Claude'] }
    const edits = await planned({}, 'win32', { ...installed, places: found })
    const files = new Set(edits.map(({ file }) => file))
    for (const file of [
      `C:\\pkg\\Claude-3p\\configLibrary\\${CONFIGURATION_ID}.json`,
      'C:\\pkg\\Claude-3p\\configLibrary\\_meta.json',
      'C:\\pkg\\Claude-3p\\claude_desktop_config.json',
      'C:\\pkg\\Claude\\claude_desktop_config.json',
      'C:\\Users\\user\\AppData\\Local\\Claude-3p\\claude_desktop_config.json',
      'C:\\Users\\user\\AppData\\Roaming\\Claude\\claude_desktop_config.json',
    ]) {
      expect(files).toContain(file)
    }
    expect(files.size).toBe(8)
  })

  it.each<[string, string]>([
    ['T7.4-A1 S65 an id that leads elsewhere', '../../../../victim'],
    ['S65 an absolute one', '/Users/user/victim'],
    ['T7.4-A10 S68 one that is no text', '5'],
  ])('never where a selector says: %s', async (_, id) => {
    const mac = places('darwin')
    const entries = [{ id: id === '5' ? 5 : id, name: 'gate' }, DEFAULT_ENTRY]
    const files = { ...installations.darwin.files, [mac.selector]: JSON.stringify({ appliedId: OTHER_ID, entries }) }
    await using host = await createTestHost({ platform: 'darwin', files })
    const { edits } = await claudeDesktop.configure(host, testConnection('darwin'))
    for (const { file } of edits) expect(file).toMatch(/^\/Users\/user\/Library\/Application Support\/Claude(-3p)?\//)
    expect(JSON.parse(await host.read(mac.selector))).toEqual({
      appliedId: CONFIGURATION_ID,
      entries: [...entries, { id: CONFIGURATION_ID, name: 'gate' }],
    })
  })
})
