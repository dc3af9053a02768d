import { CANARY, type ClientScenario, testClientPlugin } from '@gate/plugin-testkit'
import { describe } from 'vitest'
import { CONFIGURATION_ID } from '../src/documents.js'
import claudeDesktop from '../src/index.js'
import { plan } from '../src/plan.js'
import { installations, storeFiles, storePackage } from './installations.js'
import { DEFAULT_ENTRY, OTHER_ID, places } from './places.js'

const mac = places('darwin')
const linux = places('linux')
const windows = places('win32')

const otherGateway = JSON.stringify(
  { appliedId: OTHER_ID, entries: [DEFAULT_ENTRY, { id: OTHER_ID, name: 'Other', colour: 'red' }], version: 1e3 },
  null,
  2,
)
const mcpServers = '{\n\t"mcpServers": {\n\t\t"files": { "command": "npx" }\n\t},\n\t"deploymentMode": "1p"\n}'

/** As the app writes: two spaces, no newline at the end, and `{id,name}` per entry. */
function rewrite(text: string, path: string): string {
  const value = JSON.parse(text.trim() || '{}') as Record<string, unknown>
  if (path.endsWith('_meta.json') && Array.isArray(value.entries)) {
    value.entries = value.entries.map((entry) => {
      const isEntry = typeof entry === 'object' && entry !== null && 'id' in entry && 'name' in entry
      return isEntry ? { id: entry.id, name: entry.name } : entry
    })
  }
  return JSON.stringify(value, null, 2)
}

const macScenarios: readonly ClientScenario[] = [
  { name: 'never started', platform: 'darwin' },
  { name: 'used with claude.ai only', platform: 'darwin', files: { [mac.firstMode]: mcpServers } },
  {
    name: "the user's own configuration for another gateway",
    platform: 'darwin',
    files: {
      [mac.selector]: { content: otherGateway, mode: 0o600 },
      [`${mac.library}/${OTHER_ID}.json`]: `{"inferenceGatewayApiKey":"${CANARY}"}`,
      [mac.thirdMode]: '{"deploymentMode":"3p"}',
      [mac.firstMode]: mcpServers,
    },
    thorough: true,
  },
]

testClientPlugin({
  plugin: claudeDesktop,
  plan,
  installations,
  rewrite,
  scenarios: [
    ...macScenarios,
    { name: 'Linux, never started' },
    { name: 'Linux, hand-formatted', files: { [linux.selector]: otherGateway.replaceAll('\n', '\n\n') } },
    {
      name: 'Linux with XDG_CONFIG_HOME',
      env: { XDG_CONFIG_HOME: '/home/user/my config ü' },
      files: { '/home/user/my config ü/Claude/claude_desktop_config.json': mcpServers },
    },
    { name: 'Linux, a relative XDG_CONFIG_HOME counts as none', env: { XDG_CONFIG_HOME: 'config' } },
    { name: 'Windows, never started', platform: 'win32' },
    {
      name: 'Windows, CRLF',
      platform: 'win32',
      files: {
        [windows.selector]: otherGateway.replaceAll('\n', '\r\n'),
        [windows.firstMode]: mcpServers.replaceAll('\n', '\r\n'),
      },
    },
    // Section by section what may stand in `_meta.json`.
    { name: 'empty selector', platform: 'darwin', files: { [mac.selector]: '' } },
    { name: 'blank selector', platform: 'darwin', files: { [mac.selector]: ' \n' } },
    { name: 'selector without entries', platform: 'darwin', files: { [mac.selector]: '{"appliedId":""}' } },
    {
      name: 'T7.4-A4 a selection that is no text',
      platform: 'darwin',
      files: { [mac.selector]: '{ "appliedId": 42, "entries": [] }' },
    },
    {
      name: 'a selection that names no entry',
      platform: 'darwin',
      files: { [mac.selector]: JSON.stringify({ appliedId: OTHER_ID, entries: [DEFAULT_ENTRY] }) },
    },
    {
      name: 'T7.4-A10 entries that are no entries, and our name with ids that are none',
      platform: 'darwin',
      files: {
        [mac.selector]: `{"entries":["text",null,7,{"id":5,"name":"gate"},{"name":"gate"},{"id":"${OTHER_ID.toUpperCase()}","name":"gate"}],"appliedId":"x"}`,
      },
    },
    {
      name: 'T7.4-A1 S65 our name with an id that leads elsewhere',
      platform: 'darwin',
      files: {
        [mac.selector]: '{"appliedId":"../../../../victim","entries":[{"id":"../../../../victim","name":"gate"}]}',
        '~/victim.json': '{"mine":true}',
      },
    },
    {
      name: 'foreign entries with the same id',
      platform: 'darwin',
      files: { [mac.selector]: JSON.stringify({ appliedId: OTHER_ID, entries: [DEFAULT_ENTRY, DEFAULT_ENTRY] }) },
    },
    { name: 'linked data directory', files: { '~/data/x': '', '~/.config/Claude-3p': { link: '~/data' } } },
    {
      name: 'models, headers and a CA file',
      platform: 'darwin',
      connection: {
        models: [{ id: 'claude-opus-5' }, { id: 'corp/glm-5', tier: 'haiku' }, { id: 'gpt-6' }],
        headers: { 'X-Team': 'core' },
        caFile: '/etc/ca.pem',
      },
      files: { '/etc/ca.pem': 'PEM' },
    },
    { name: 'a gateway without sign-in', platform: 'darwin', connection: { auth: { kind: 'none' } } },
    {
      name: 'the app signs in itself',
      platform: 'darwin',
      connection: { options: { 'claude-desktop': { auth: 'native' } } },
    },

    {
      name: 'S68 T7.4-A9 entries is an object',
      files: { [linux.selector]: '{\n "entries": {"a":1}}' },
      refuses: 'file-wrong-shape',
      line: 2,
    },
    {
      name: 'entries is null',
      files: { [linux.selector]: '{\n\n "entries": null}' },
      refuses: 'file-wrong-shape',
      line: 3,
    },
    {
      name: 'broken selector',
      files: { [linux.selector]: `{"appliedId": "${CANARY}"` },
      refuses: 'file-unparsable',
      line: 1,
    },
    { name: 'comment in the selector', files: { [linux.selector]: '{\n// x\n}' }, refuses: 'file-unparsable', line: 2 },
    { name: 'selector is an array', files: { [linux.selector]: '\n[]' }, refuses: 'file-wrong-shape', line: 2 },
    {
      name: 'our id twice',
      files: {
        [linux.selector]: `{"entries":[{"id":"${CONFIGURATION_ID}","name":"a"},\n{"id":"${CONFIGURATION_ID}","name":"b"}]}`,
      },
      refuses: 'file-duplicate-key',
      line: 2,
    },
    { name: 'broken mode file', files: { [linux.firstMode]: '{"mcpServers": }' }, refuses: 'file-unparsable', line: 1 },
    {
      name: 'read-only mode file',
      files: { [linux.firstMode]: { content: '{}', mode: 0o444 } },
      refuses: 'file-read-only',
    },
    {
      name: 'directory in place of the selector',
      files: { [linux.selector]: { directory: true } },
      refuses: 'file-not-regular',
    },
    {
      name: 'dangling link',
      files: { [linux.selector]: { link: '/nowhere/_meta.json' } },
      refuses: 'file-dangling-link',
    },
    {
      name: 'S71 helper path that is not absolute',
      connection: { helper: { command: 'gate-token', args: [] } },
      refuses: 'invalid-config',
    },
    {
      name: 'S71 helper path that leads up',
      connection: { helper: { command: '../bin/gate-token', args: [] } },
      refuses: 'invalid-config',
    },
    {
      name: 'helper with arguments',
      connection: { helper: { command: '/gate/state/bin/gate-token-default', args: ['--x'] } },
      refuses: 'invalid-config',
    },
    {
      name: 'helper on another machine',
      platform: 'win32',
      connection: { helper: { command: '\\\\server\\share\\gate-token.cmd', args: [] } },
      refuses: 'invalid-config',
    },
    {
      name: 'the app is to sign in with an API key',
      connection: { auth: { kind: 'api-key' }, options: { 'claude-desktop': { auth: 'native' } } },
      refuses: 'invalid-config',
    },
    {
      name: 'an unknown choice',
      connection: { options: { 'claude-desktop': { auth: 'magic' } } },
      refuses: 'invalid-config',
    },
    {
      name: 'an unknown option',
      connection: { options: { 'claude-desktop': { colour: 'red' } } },
      refuses: 'invalid-config',
    },
  ],
})

describe('from the Store', () => {
  testClientPlugin({
    plugin: claudeDesktop,
    plan,
    installations: { win32: storePackage },
    rewrite,
    scenarios: [
      { name: 'never started', platform: 'win32' },
      {
        name: 'with copies of its own',
        platform: 'win32',
        files: {
          ...storeFiles,
          '~/AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Local/Claude-3p/configLibrary/_meta.json':
            otherGateway,
          '~/AppData/Local/Claude Nest-3p/claude_desktop_config.json': '{}',
          '~/AppData/Local/Claude/claude_desktop_config.json': mcpServers,
        },
      },
    ],
  })
})
