import type { Platform } from '@gate/core'
import { createTestHost, type TestFiles, type TestHostInit } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import codex from '../src/index.js'
import { installations } from './installations.js'

async function detect(init: TestHostInit) {
  await using host = await createTestHost(init)
  return await codex.detect(host)
}

const PLUTIL = '/usr/bin/plutil'
const POWERSHELL = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'
const plist = (bundle: string): TestFiles => ({ [`${bundle}/Contents/Info.plist`]: '<plist/>' })

describe('S54 the program, the directory, both or none', () => {
  const program = { '/usr/bin/codex': { content: '', mode: 0o755 } }
  const directory = { '~/.codex/config.toml': '' }
  it.each<[string, TestFiles, boolean]>([
    ['directory only: a left-over', directory, false],
    ['program only: fresh', program, true],
    ['both', { ...program, ...directory }, true],
    ['none', {}, false],
  ])('%s', async (_, files, installed) => {
    expect((await detect({ files })).installed).toBe(installed)
  })

  it('says that a directory alone is a left-over', async () => {
    expect((await detect({ files: directory })).evidence).toContain(
      '/home/user/.codex exists, left by an earlier installation',
    )
  })

  it('does not take a file that cannot be started for the program', async () => {
    expect((await detect({ files: { '/usr/bin/codex': { content: '', mode: 0o644 } } })).installed).toBe(false)
    expect((await detect({ files: { '/usr/bin/codex/x': '' } })).installed).toBe(false)
  })

  it('S53 knows no other name for it', async () => {
    expect((await detect({ files: { '/usr/bin/codex-cli': { content: '', mode: 0o755 } } })).installed).toBe(false)
  })
})

describe('version, without running anything', () => {
  it.each<[Platform]>([['linux'], ['darwin'], ['win32']])('as installed on %s', async (platform) => {
    expect(await detect({ platform, ...installations[platform] })).toMatchObject({ version: '0.169.0' })
  })

  it('from the launcher that pnpm writes', async () => {
    const launcher = '#!/bin/sh\nexec node "$basedir/../store/node_modules/@openai/codex/bin/codex.js" "$@"\n'
    const files = {
      '~/.local/share/pnpm/codex': { content: launcher, mode: 0o755 },
      '~/.local/share/store/node_modules/@openai/codex/package.json':
        '{"name":"@openai/codex","version":"0.170.0-alpha.2"}',
    }
    expect(await detect({ files })).toMatchObject({ version: '0.170.0-alpha.2' })
  })

  it('from the binary package of one platform', async () => {
    const directory = '/opt/codex/node_modules/@openai/codex-linux-x64'
    const files = {
      [`${directory}/package.json`]: '{"name":"@openai/codex","version":"0.169.0-linux-x64"}',
      [`${directory}/vendor/x/bin/codex`]: { content: '', mode: 0o755 },
      '/usr/bin/codex': { link: `${directory}/vendor/x/bin/codex` },
    }
    expect(await detect({ files })).toMatchObject({ version: '0.169.0' })
  })

  it('from the standalone release in CODEX_HOME, which need not be on PATH', async () => {
    const files = {
      '/data/codex/packages/standalone/releases/0.168.1-x86_64-unknown-linux-musl/codex': { content: '', mode: 0o755 },
      '/data/codex/packages/standalone/current': { link: 'releases/0.168.1-x86_64-unknown-linux-musl' },
    }
    expect(await detect({ env: { CODEX_HOME: '/data/codex' }, files })).toMatchObject({
      installed: true,
      version: '0.168.1',
      location: '/data/codex/packages/standalone/current/codex',
    })
  })

  it('is unknown rather than guessed', async () => {
    const detection = await detect({ files: { '/usr/bin/codex': { content: '', mode: 0o755 } } })
    expect(detection.installed).toBe(true)
    expect(detection).not.toHaveProperty('version')
  })

  it('is not taken from another package that happens to be near', async () => {
    const files = {
      '/usr/bin/codex': { content: '', mode: 0o755 },
      '/usr/package.json': '{"name":"codex","version":"9.9.9"}',
    }
    expect(await detect({ files })).not.toHaveProperty('version')
  })
})

describe('S55 S60 the desktop app', () => {
  it('alone is enough on macOS, with neither directory nor program', async () => {
    const detection = await detect({
      platform: 'darwin',
      files: plist('/Applications/ChatGPT.app'),
      programs: { [PLUTIL]: () => 'com.openai.codex\n' },
    })
    expect(detection).toMatchObject({ installed: true, location: '/Applications/ChatGPT.app' })
  })

  it('beside the program is one client', async () => {
    const detection = await detect({
      platform: 'darwin',
      files: { ...plist('/Applications/Codex.app'), ...installations.darwin.files },
      programs: {
        [PLUTIL]: () => {
          throw new Error('asked for nothing')
        },
      },
    })
    expect(detection).toMatchObject({ installed: true, location: '/opt/homebrew/bin/codex' })
  })

  it('does not exist for Linux', async () => {
    expect((await detect({ files: plist('/Applications/Codex.app') })).installed).toBe(false)
  })

  it('that cannot be looked for is not installed, and that is said', async () => {
    const detection = await detect({ platform: 'win32', files: { '~/.codex/config.toml': '' } })
    expect(detection.installed).toBe(false)
    expect(detection.evidence.join('\n')).toMatch(/could not be looked for: .*powershell\.exe could not be started/)
  })
})

describe('S56 which bundles are asked on macOS', () => {
  const all = [
    '/Applications/Codex.app',
    '/Applications/ChatGPT.app',
    '~/Applications/Codex.app',
    '~/Applications/ChatGPT.app',
  ]

  it('all four, in order, until one is it', async () => {
    const asked: string[] = []
    const detection = await detect({
      platform: 'darwin',
      files: Object.assign({}, ...all.map(plist)) as TestFiles,
      programs: {
        [PLUTIL]: (args) => {
          asked.push(args.at(-1) ?? '')
          return asked.length === 4 ? 'com.openai.codex' : 'com.openai.chat'
        },
      },
    })
    expect(asked).toEqual(all.map((app) => `${app.replace('~', '/Users/user')}/Contents/Info.plist`))
    expect(detection.location).toBe('/Users/user/Applications/ChatGPT.app')
  })

  it('none, when there is none', async () => {
    const asked: string[] = []
    await detect({ platform: 'darwin', programs: { [PLUTIL]: (args) => String(asked.push(args.join(' '))) } })
    expect(asked).toEqual([])
  })

  it.each([
    ['another identifier', () => 'com.openai.codex.helper'],
    ['a failing plutil', () => ({ code: 1, stdout: 'com.openai.codex' })],
    ['a plutil that hangs', () => ({ code: null, stdout: 'com.openai.codex', timedOut: true })],
  ])('not for %s', async (_, plutil) => {
    const detection = await detect({
      platform: 'darwin',
      files: plist('/Applications/Codex.app'),
      programs: { [PLUTIL]: plutil },
    })
    expect(detection.installed).toBe(false)
  })
})

describe('S57 what PowerShell must say on Windows', () => {
  it.each([
    ['installed\r\n', true],
    ['installed\r\ninstalled\r\n', false],
    ['WARNING: profile\r\ninstalled\r\n', false],
    ['', false],
  ])('%j', async (answer, installed) => {
    expect((await detect({ platform: 'win32', programs: { [POWERSHELL]: () => answer } })).installed).toBe(installed)
  })

  it('and a failing query is no answer', async () => {
    const detection = await detect({
      platform: 'win32',
      programs: { [POWERSHELL]: () => ({ code: 1, stdout: 'installed' }) },
    })
    expect(detection.installed).toBe(false)
    expect(detection.evidence.join('\n')).toContain('powershell.exe failed')
  })
})
