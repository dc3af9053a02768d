import claudeCode from '@gate/client-claude-code'
import codex from '@gate/client-codex'
import type { Platform } from '@gate/core'
import { createTestHost, type TestProgram } from '@gate/plugin-testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Installation, openGate } from '../../src/index.js'
import { type ScriptedGateway, startScripted } from '../harness/scripted-gateway.js'
import { connectionTo } from '../harness/session.js'

let gateway: ScriptedGateway
beforeEach(async () => {
  gateway = await startScripted(() => 401)
})
afterEach(() => gateway.stop())

/** Clients as installed on each platform, with a configuration that somebody wrote by hand. */
const PLATFORMS: Readonly<Record<Platform, { readonly bin: string; readonly suffix: string }>> = {
  linux: { bin: '/usr/local/bin', suffix: '' },
  darwin: { bin: '/usr/local/bin', suffix: '' },
  win32: { bin: 'C:\\tools', suffix: '.exe' },
}
const ANSWERS: Readonly<Record<string, TestProgram>> = {
  claude: () =>
    JSON.stringify({
      loggedIn: true,
      authMethod: 'api_key_helper',
      apiProvider: 'firstParty',
      apiKeySource: 'apiKeyHelper',
    }),
  codex: () => JSON.stringify({ checks: { 'config.load': { details: { 'model provider': 'gate' } } } }),
}
const CODEX_FILE = '~/.codex/config.toml'
const CODEX_TEXT = '# mine\nmodel = "gpt-5"\n'
const FILES = {
  '~/.claude/settings.json': '{\n  "model": "opus"\n}\n',
  [CODEX_FILE]: CODEX_TEXT,
}

describe.each(Object.keys(PLATFORMS) as Platform[])('%s', (platform) => {
  const { bin, suffix } = PLATFORMS[platform]
  const inBin = (name: string) => `${bin}${platform === 'win32' ? '\\' : '/'}${name}`
  const program = (name: string) => `${inBin(name)}${suffix}`
  const installation: Installation = {
    packageName: '@gate/sdk',
    node: program('node'),
    nodeVersion: process.versions.node,
    nodeEnvironment: {},
    tokenScript: inBin('token.js'),
    login: (profile) => ({ command: program('node'), args: [inBin('login.js'), profile] }),
  }

  test('a setup, a status, a second setup and a teardown with purge leave the home as it was', async () => {
    await using host = await createTestHost({
      platform,
      env: { PATH: bin, GATE_SECRET_STORE: 'file', GATE_SECRET_STORE_PASSPHRASE: 'of the test' },
      files: {
        ...FILES,
        ...Object.fromEntries(['claude', 'codex', 'node'].map((name) => [program(name), { content: '', mode: 0o755 }])),
        [inBin('token.js')]: '',
      },
      program: (path) => ANSWERS[/(claude|codex)[^/\\]*$/.exec(path)?.[1] ?? ''],
    })
    const before = await host.snapshot()
    const gate = openGate({ host, clients: [claudeCode, codex], installation })
    const options = { changes: connectionTo(gateway), lazy: true, clients: ['claude-code', 'codex'] }

    const { clients } = await gate.setup(options)
    expect(clients.map(({ id, result, error }) => [id, result, error])).toEqual([
      ['claude-code', 'configured', undefined],
      ['codex', 'configured', undefined],
    ])
    // Nobody has signed in, which is all that is missing: files, helper and records are where each looks for them.
    const status = await gate.status({ clients: ['claude-code', 'codex'] })
    expect(status.clients.map(({ id, state, reasons }) => [id, state, reasons.map(({ code }) => code)])).toEqual([
      ['claude-code', 'no-token', ['login-required']],
      ['codex', 'no-token', ['login-required']],
    ])
    expect((await gate.setup(options)).clients.map(({ result }) => result)).toEqual(['unchanged', 'unchanged'])
    expect((await gate.receipts()).map(({ clientId }) => clientId).sort()).toEqual(['claude-code', 'codex'])

    const { clients: undone, purged } = await gate.teardown({ purge: true })
    expect(undone.map(({ result }) => result)).toEqual(['reverted', 'reverted'])
    expect(purged).toMatchObject({ complete: true, notes: [] })
    expect(await host.snapshot()).toEqual(before)
  })

  test('an interrupted change is seen, and finished by the next command', async () => {
    let dies = false
    await using host = await createTestHost({
      platform,
      env: { PATH: bin, GATE_SECRET_STORE: 'file', GATE_SECRET_STORE_PASSPHRASE: 'of the test' },
      files: { ...FILES, [program('codex')]: { content: '', mode: 0o755 } },
      program: (path) => ANSWERS[/(claude|codex)[^/\\]*$/.exec(path)?.[1] ?? ''],
      intercept: ({ name, path }) => {
        if (dies && name === 'rename' && /config\.toml/.test(path ?? '')) throw new Error('died')
      },
    })
    const gate = openGate({ host, clients: [codex], installation })
    dies = true
    const { clients } = await gate.setup({ changes: connectionTo(gateway), lazy: true, clients: ['codex'] })
    expect(clients[0]?.result).toBe('failed')
    dies = false
    expect((await gate.setup({ clients: ['codex'], lazy: true })).clients[0]?.result).toBe('configured')
    expect((await gate.teardown()).clients.map(({ result }) => result)).toEqual(['reverted'])
    expect(await host.read(CODEX_FILE)).toBe(CODEX_TEXT)
  })
})
