import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { helperPath } from '@gate/auth/helper-path'
import { claudeCode } from '@gate/client-claude-code'
import { claudeDesktop } from '@gate/client-claude-desktop'
import { codex } from '@gate/client-codex'
import { opencode } from '@gate/client-opencode'
import { pi } from '@gate/client-pi'
import type { ClientPlugin, Connection, Host } from '@gate/core'
import { createNodeHost } from '@gate/engine/host'
import { afterEach, describe, expect, it } from 'vitest'

interface Row {
  readonly plugin: ClientPlugin
  /** What its user has before gate, by path below the home. */
  readonly files: Readonly<Record<string, string>>
  /** What makes gate find the client. */
  readonly evidence?: string
}

const ROWS: readonly Row[] = [
  {
    plugin: claudeCode,
    files: {
      '.claude/settings.json':
        '{\n  "theme": "dark"  ,\n  "env": { "ANTHROPIC_BASE_URL": "https://mine.example", "FOO": "1" }\n}\n',
    },
  },
  {
    plugin: codex,
    files: {
      '.codex/config.toml':
        'model_provider = "mine"   # mine\r\n\r\n[model_providers.mine]\r\nname = "m"\r\nbase_url = "https://mine.example/v1"\r\n',
    },
  },
  {
    plugin: opencode,
    files: {
      '.config/opencode/opencode.jsonc':
        '{\n  // mine\n  "$schema": "https://opencode.ai/config.json",\n  "model": "anthropic/claude-x",\n}\n',
    },
  },
  {
    plugin: pi,
    files: {
      '.pi/agent/models.json':
        '{\n  "providers": { "mine": { "baseUrl": "https://mine.example", "apiKey": "x", "api": "openai-completions", "models": [{ "id": "m" }] } }\n}\n',
      '.pi/agent/settings.json': '{ "defaultProvider": "mine", "defaultModel": "m" }\n',
    },
  },
  {
    plugin: claudeDesktop,
    files: {
      '.config/Claude/claude_desktop_config.json': '{"mcpServers":{}}',
      '.config/Claude-3p/claude_desktop_config.json': '{\n  "deploymentMode": "1p"\n}',
    },
  },
]

const roots: string[] = []

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true })
})

const hostIn = (home: string): Host => createNodeHost({ env: { HOME: home, PATH: join(home, 'bin') }, cwd: home })

function connectionIn(host: Host, profile: string, gatewayUrl = 'https://gateway.example.test'): Connection {
  return {
    profile,
    gatewayUrl,
    paths: { anthropic: '', openai: '' },
    auth: { kind: 'oidc', issuer: 'https://issuer.example.test', clientId: 'gate', scopes: ['openid'] },
    models: [{ id: `gpt-${profile}` }, { id: `claude-opus-${profile}` }],
    headers: {},
    helper: { command: helperPath(host, profile, gatewayUrl), args: [] },
  }
}

/** What lies in a home, gate's own directories aside. */
function treeOf(directory: string, prefix = ''): Record<string, string> {
  const tree: Record<string, string> = {}
  for (const name of readdirSync(directory)) {
    const path = join(directory, name)
    const key = prefix + name
    if (['.config/gate', '.local', '.cache', 'bin'].includes(key)) continue
    if (statSync(path).isDirectory()) Object.assign(tree, treeOf(path, `${key}/`))
    else tree[key] = readFileSync(path, 'utf8')
  }
  return tree
}

function homeWith({ plugin, files }: Row): string {
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'gate-home-'))
  roots.push(root)
  const home = join(root, 'a')
  put(home, files)
  mkdirSync(join(home, 'bin'), { recursive: true })
  const program = { 'claude-code': 'claude', 'claude-desktop': 'claude-desktop' }[plugin.id] ?? plugin.id
  writeFileSync(join(home, 'bin', program), '#!/bin/sh\n', { mode: 0o755 })
  return home
}

function put(home: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text)
  }
}

/** What came along to the other home. */
const MOVES = {
  'the whole home was renamed': (from: string, to: string) => renameSync(from, to),
  'the whole home was copied, and a gate is still at the old place': (from: string, to: string) =>
    cpSync(from, to, { recursive: true }),
  'dotfiles alone': (from: string, to: string) => {
    cpSync(from, to, { recursive: true })
    rmSync(join(to, '.local'), { recursive: true })
  },
  'dotfiles alone, and the old home is gone': (from: string, to: string) => {
    renameSync(from, to)
    rmSync(join(to, '.local'), { recursive: true })
  },
} as const

/** Values of any gate, wherever it wrote them. */
const TRACE =
  /gate-token-|"gate\/|"gate-anthropic\/|model_providers\.gate|"gate"|Written by gate|claude-opus-one|gpt-one|gateway\.example/

describe.each(ROWS)('$plugin.id in another home', (row) => {
  const { plugin, files } = row

  for (const [move, carry] of Object.entries(MOVES)) {
    const isRecorded = !move.startsWith('dotfiles')
    for (const profile of ['one', 'two']) {
      const both = async () => {
        const from = homeWith(row)
        const before = treeOf(from)
        const host = hostIn(from)
        await plugin.configure(host, connectionIn(host, 'one'))
        const there = treeOf(from)
        const to = join(dirname(from), 'b')
        carry(from, to)
        return { from, before, there, to, host: hostIn(to) }
      }
      const untouched = (from: string, there: Record<string, string>) => {
        if (existsSync(from)) expect(treeOf(from)).toEqual(there)
      }

      it(`${move}, profile ${profile}: status, teardown`, async () => {
        const { from, before, there, to, host } = await both()
        const status = await plugin.status(host, connectionIn(host, profile))
        expect(status.state).toBe('drifted')
        expect(status.overrides.filter(({ source }) => source === 'environment')).toEqual([])
        const undone = await plugin.revert(host)
        expect(undone.result).toBe('reverted')
        if (isRecorded) expect(treeOf(to)).toEqual(before)
        else {
          expect(Object.values(treeOf(to)).join('\n')).not.toMatch(TRACE)
          expect(undone.notes.map(({ message }) => message).join('\n')).toContain('not known')
        }
        untouched(from, there)
        expect(await host.engine.receipts()).toEqual([])
      })

      it(`${move}, profile ${profile}: setup twice, status, teardown`, async () => {
        const { from, before, there, to, host } = await both()
        const connection = connectionIn(host, profile)
        expect((await plugin.configure(host, connection)).result).toBe('configured')
        expect((await plugin.configure(host, connection)).result).toBe('unchanged')
        const status = await plugin.status(host, connection)
        expect(status.reasons.filter(({ code }) => code !== 'helper-missing')).toEqual([])
        expect(status.overrides.filter(({ source }) => source === 'environment')).toEqual([])
        await plugin.revert(host)
        if (isRecorded) expect(treeOf(to)).toEqual(before)
        else expect(Object.values(treeOf(to)).join('\n')).not.toMatch(TRACE)
        untouched(from, there)
      })
    }
  }

  it('the record alone came along: the files of this home stay as they are', async () => {
    for (const theirs of [files, {}]) {
      const from = homeWith(row)
      const host = hostIn(from)
      await plugin.configure(host, connectionIn(host, 'one'))
      const to = join(dirname(from), 'b')
      put(to, theirs)
      cpSync(join(from, 'bin'), join(to, 'bin'), { recursive: true })
      cpSync(join(from, '.local'), join(to, '.local'), { recursive: true })
      const before = treeOf(to)
      const here = hostIn(to)
      await plugin.configure(here, connectionIn(here, 'two'))
      await plugin.revert(here)
      expect(treeOf(to)).toEqual(before)
    }
  })

  it('a lost record: teardown leaves nothing of gate, dependents included', async () => {
    const home = homeWith(row)
    const host = hostIn(home)
    await plugin.configure(host, connectionIn(host, 'one'))
    rmSync(host.directories.state, { recursive: true })
    const again = hostIn(home)
    const undone = await plugin.revert(again)
    expect(undone).toMatchObject({ result: 'reverted' })
    expect(undone.notes.map(({ message }) => message).join('\n')).toContain('not known')
    expect(Object.values(treeOf(home)).join('\n')).not.toMatch(TRACE)
    expect((await plugin.revert(again)).result).toBe('nothing-to-do')
  })

  it('a lost record: setup, then teardown leaves nothing of gate either', async () => {
    const home = homeWith(row)
    const host = hostIn(home)
    await plugin.configure(host, connectionIn(host, 'one'))
    rmSync(host.directories.state, { recursive: true })
    const again = hostIn(home)
    await plugin.configure(again, connectionIn(again, 'one'))
    await plugin.revert(again)
    expect(Object.values(treeOf(home)).join('\n')).not.toMatch(TRACE)
  })

  it('values of the user alone are not taken for gate’s', async () => {
    const home = homeWith(row)
    const host = hostIn(home)
    const before = treeOf(home)
    expect((await plugin.revert(host)).result).toBe('nothing-to-do')
    expect(treeOf(home)).toEqual(before)
  })
})
