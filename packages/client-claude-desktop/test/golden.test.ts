import type { Connection, Platform } from '@gate/core'
import { createTestHost, type TestFiles, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import claudeDesktop from '../src/index.js'
import { goldenTree } from './golden-tree.js'
import { installations, storeFiles, storePackage } from './installations.js'
import { DEFAULT_ENTRY, OTHER_ID, places } from './places.js'

interface Case {
  readonly name: string
  readonly platform: Platform
  readonly files?: TestFiles
  readonly connection?: Partial<Connection>
  readonly store?: true
}

const mac = places('darwin')
const windows = places('win32')
const selection = (value: unknown): TestFiles => ({ [mac.selector]: `${JSON.stringify(value, null, 2)}\n` })

const cases: readonly Case[] = [
  { name: 'macos-never-started', platform: 'darwin' },
  { name: 'linux-never-started', platform: 'linux' },
  { name: 'windows-never-started', platform: 'win32' },
  { name: 'windows-store-never-started', platform: 'win32', store: true },
  { name: 'windows-store-used', platform: 'win32', store: true, files: storeFiles },
  {
    name: 'windows-crlf',
    platform: 'win32',
    files: {
      [windows.selector]: `{\r\n    "appliedId": "${OTHER_ID}",\r\n    "entries": []\r\n}\r\n`,
      [windows.firstMode]: '{"mcpServers":{}}',
    },
  },
  {
    name: 'macos-claude-ai',
    platform: 'darwin',
    files: { [mac.firstMode]: '{\n  "deploymentMode": "1p",\n  "mcpServers": {}\n}', [mac.thirdMode]: '{}' },
  },
  {
    name: 'macos-foreign-entries',
    platform: 'darwin',
    files: selection({ appliedId: OTHER_ID, entries: [DEFAULT_ENTRY, { id: OTHER_ID, name: 'Other', extra: [1] }] }),
  },
  { name: 'macos-empty-selector', platform: 'darwin', files: { [mac.selector]: '' } },
  { name: 'macos-no-entries', platform: 'darwin', files: selection({ appliedId: OTHER_ID }) },
  { name: 'macos-selection-no-text', platform: 'darwin', files: selection({ appliedId: 42, entries: [] }) },
  {
    name: 'macos-odd-entries',
    platform: 'darwin',
    files: selection({ entries: ['text', null, { id: 5, name: 'gate' }, { name: 'gate' }] }),
  },
  {
    name: 'macos-unsafe-ids',
    platform: 'darwin',
    files: selection({ appliedId: '../../x', entries: [{ id: '../../x', name: 'gate' }] }),
  },
  { name: 'macos-same-ids', platform: 'darwin', files: selection({ entries: [DEFAULT_ENTRY, DEFAULT_ENTRY] }) },
  {
    name: 'macos-nested-document',
    platform: 'darwin',
    files: {
      ...selection({ appliedId: OTHER_ID, entries: [{ id: OTHER_ID, name: 'Exported' }] }),
      [`${mac.library}/${OTHER_ID}.json`]: '{"$schemaVersion":2,"inference":{"provider":"gateway"}}\n',
    },
  },
  {
    name: 'macos-everything',
    platform: 'darwin',
    connection: {
      models: [
        { id: 'claude-sonnet-5', displayName: 'Sonnet' },
        { id: 'claude-opus-5[1m]' },
        { id: 'corp/glm-5', tier: 'haiku' },
      ],
      headers: { 'X-Team': 'core' },
    },
  },
  { name: 'macos-api-key', platform: 'darwin', connection: { auth: { kind: 'api-key' } } },
  { name: 'macos-no-sign-in', platform: 'darwin', connection: { auth: { kind: 'none' } } },
  {
    name: 'macos-native-sign-in',
    platform: 'darwin',
    connection: {
      auth: {
        kind: 'oidc',
        issuer: 'https://issuer.example.test',
        clientId: 'gate',
        audience: 'https://gateway.example.test',
        scopes: ['openid', 'offline_access'],
        callbackPort: 53180,
      },
      options: { 'claude-desktop': { auth: 'native' } },
    },
  },
]

async function open({ platform, files = {}, connection, store }: Case) {
  const installation = store ? storePackage : installations[platform]
  const programs = installation.programs ?? {}
  const host = await createTestHost({ platform, programs, files: { ...installation.files, ...files } })
  return { host, connection: testConnection(platform, connection) }
}

describe.each(cases)('$name', (one) => {
  it('is written like this, and given back', async () => {
    const { host, connection } = await open(one)
    await using _ = host
    const before = await goldenTree(host)
    await claudeDesktop.configure(host, connection)
    await expect(await goldenTree(host)).toMatchFileSnapshot(`__fixtures__/golden/${one.name}.txt`)
    await claudeDesktop.revert(host)
    expect(await goldenTree(host)).toBe(before)
  })
})
