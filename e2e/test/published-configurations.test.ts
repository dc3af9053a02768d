import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
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
import { afterAll, describe, expect, it } from 'vitest'
import { CONFIGURATIONS, type Configuration } from '../configurations/configurations.ts'

const PLUGINS: readonly ClientPlugin[] = [claudeCode, codex, opencode, pi, claudeDesktop]
const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'gate-published-'))
let homes = 0

afterAll(() => rmSync(root, { recursive: true, force: true }))

function homeOf({ files }: Configuration): { home: string; host: Host } {
  homes += 1
  const home = join(root, String(homes))
  mkdirSync(home)
  write(home, files)
  return { home, host: createNodeHost({ env: { HOME: home, PATH: '/nowhere' }, cwd: home }) }
}

function write(home: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text)
  }
}

/** What lies in a home, gate's own directories aside. */
function treeOf(directory: string, prefix = ''): Record<string, string> {
  const tree: Record<string, string> = {}
  for (const name of readdirSync(directory)) {
    const key = prefix + name
    if (['.config/gate', '.local', '.cache'].includes(key)) continue
    if (statSync(join(directory, name)).isDirectory()) Object.assign(tree, treeOf(join(directory, name), `${key}/`))
    else tree[key] = readFileSync(join(directory, name), 'utf8')
  }
  return tree
}

function connectionIn(host: Host, model: string): Connection {
  const gatewayUrl = 'https://gateway.example.test'
  return {
    profile: 'default',
    gatewayUrl,
    paths: { anthropic: '/anthropic', openai: '' },
    auth: { kind: 'oidc', issuer: 'https://issuer.example.test', clientId: 'gate', scopes: ['openid'] },
    models: [{ id: model }, { id: 'claude-opus-x' }],
    headers: { 'X-Team': 'a' },
    helper: { command: helperPath(host, 'default', gatewayUrl), args: [] },
  }
}

/** Changes that others make outside of gate's keys, and that mean the same with and without gate. */
const FOREIGN: Readonly<Record<string, (text: string, path: string) => string | undefined>> = {
  'a key in front of all others': (text, path) => {
    if (path.endsWith('.toml')) return text.replace(/^\uFEFF?/, (bom) => `${bom}zz_first = [1, 2]\n`)
    // An empty object has no comma to share.
    return /^[^{]*\{\s*"/.test(text) ? text.replace('{', '{ "zz first": [1, 2],') : undefined
  },
  'blanks and lines at the end': (text) => (/\S/.test(text) ? `${text}\n  \n` : undefined),
  'another value': (text) => {
    const changed = text.replace(/mine\.example\.com|tokyonight|npx|dark|gpt-5-mini/, 'changed.example')
    return changed === text ? undefined : changed
  },
  'a comment in front': (text, path) => {
    if (path.endsWith('.toml')) return text.replace(/^\uFEFF?/, (bom) => `${bom}# somebody\n`)
    return path.endsWith('.jsonc') && /\S/.test(text.slice(1))
      ? text.replace(/^\uFEFF?/, (bom) => `${bom}// somebody\n`)
      : undefined
  },
  'a table at the end': (text, path) => (path.endsWith('.toml') ? `${text}\n[zz_last]\nkey = 1\n` : undefined),
}

describe.each(PLUGINS)('$id', (plugin) => {
  for (const configuration of CONFIGURATIONS[plugin.id] ?? []) {
    it(configuration.name, async () => {
      const { home, host } = homeOf(configuration)
      const original = treeOf(home)
      await plugin.configure(host, connectionIn(host, 'gpt-a'))
      const written = treeOf(home)
      expect((await plugin.configure(host, connectionIn(host, 'gpt-a'))).result).toBe('unchanged')
      await plugin.configure(host, connectionIn(host, 'gpt-b'))
      await plugin.revert(host)
      expect(treeOf(home)).toEqual(original)
      // One change per file, another one for each home: all of them for all would take minutes.
      for (const path of Object.keys(configuration.files)) {
        const [before, after] = [original[path] ?? '', written[path] ?? '']
        const possible = Object.values(FOREIGN).flatMap((change) => {
          const [expected, changed] = [change(before, path), change(after, path)]
          return expected === undefined || changed === undefined ? [] : [{ expected, changed }]
        })
        const chosen = possible[homes % Math.max(possible.length, 1)]
        if (chosen === undefined) continue
        await plugin.configure(host, connectionIn(host, 'gpt-a'))
        expect(treeOf(home)).toEqual(written)
        write(home, { [path]: chosen.changed })
        await plugin.revert(host)
        expect(treeOf(home)).toEqual({ ...original, [path]: chosen.expected })
        write(home, { [path]: before })
      }
    })
  }
})

it('all files differ', () => {
  const texts = Object.values(CONFIGURATIONS).flatMap((list) => list.flatMap(({ files }) => Object.values(files)))
  expect(texts.length).toBeGreaterThanOrEqual(280)
  const shapes = new Set(texts.map((text) => text.replaceAll(/\s+/g, ' ')))
  expect(shapes.size).toBeGreaterThanOrEqual(200)
})
