import type { Platform } from '@gate/core'
import { createTestHost, type TestFiles, type TestHostInit } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import claudeCode from '../src/index.js'
import { installations } from './installations.js'

async function detect(init: TestHostInit) {
  await using host = await createTestHost(init)
  return await claudeCode.detect(host)
}

const program = { content: '', mode: 0o755 }

describe('S54 the program, the directory, both or none', () => {
  const onPath = { '/usr/local/bin/claude': program }
  const directory = { '~/.claude/settings.json': '{}' }
  it.each<[string, TestFiles, boolean]>([
    ['directory only: a left-over', directory, false],
    ['program only: fresh', onPath, true],
    ['both', { ...onPath, ...directory }, true],
    ['none', {}, false],
  ])('%s', async (_, files, installed) => {
    expect((await detect({ files })).installed).toBe(installed)
  })

  it('says what was looked at', async () => {
    expect((await detect({ files: directory })).evidence).toEqual([
      'no claude on PATH or where it is usually installed',
      '/home/user/.claude exists, left by an earlier installation',
    ])
    expect((await detect({ files: onPath })).evidence).toEqual([
      '/usr/local/bin/claude is on PATH',
      '/home/user/.claude is absent: not started yet',
    ])
  })

  it('looks into CLAUDE_CONFIG_DIR for the directory', async () => {
    const detection = await detect({
      env: { CLAUDE_CONFIG_DIR: '/srv/claude' },
      files: { ...onPath, '/srv/claude/x': '' },
    })
    expect(detection.evidence).toContain('/srv/claude exists')
  })

  it('S53 knows no other name for it', async () => {
    expect((await detect({ files: { '/usr/bin/claude-code': program } })).installed).toBe(false)
  })
})

describe('places that are not on PATH', () => {
  it.each<[Platform, string]>([
    ['linux', '~/.local/bin/claude'],
    ['linux', '~/.claude/local/claude'],
    ['linux', '~/.claude/local/node_modules/.bin/claude'],
    ['linux', '~/.npm-global/bin/claude'],
    ['linux', '~/.volta/bin/claude'],
    ['linux', '~/.bun/bin/claude'],
    ['linux', '~/.local/share/pnpm/claude'],
    ['darwin', '/opt/homebrew/bin/claude'],
    ['darwin', '~/Library/pnpm/claude'],
    ['win32', '~/.local/bin/claude.exe'],
    ['win32', '~/AppData/Roaming/npm/claude.cmd'],
    ['win32', '~/scoop/shims/claude.exe'],
  ])('on %s: %s', async (platform, file) => {
    const detection = await detect({ platform, files: { [file]: program } })
    expect(detection.installed).toBe(true)
    expect(detection.evidence[0]).toContain('not on PATH')
  })

  it('come after PATH, whose order counts', async () => {
    const detection = await detect({
      env: { PATH: '/second::relative/bin:/first' },
      files: { '/first/claude': program, '/second/claude': program, '~/.local/bin/claude': program },
    })
    expect(detection.location).toBe('/second/claude')
  })

  it('are found with the extensions and the spelling of PATH on Windows', async () => {
    const detection = await detect({
      platform: 'win32',
      env: { Path: '"C:\\Program Files\\claude";C:\\x', PATHEXT: '.EXE;.PS1' },
      files: { 'C:\\Program Files\\claude\\claude.ps1': '' },
    })
    expect(detection.location).toBe('C:\\Program Files\\claude\\claude.ps1')
  })

  it('PATH missing altogether is no reason to fail', async () => {
    expect((await detect({ env: { PATH: undefined } })).installed).toBe(false)
  })
})

describe('version, without running anything', () => {
  it.each<[Platform]>([['linux'], ['darwin'], ['win32']])('as installed on %s', async (platform) => {
    expect(await detect({ platform, ...installations[platform] })).toMatchObject({ version: '2.1.329' })
  })

  const manifest = '{"name":"@anthropic-ai/claude-code","version":"2.1.197"}'
  it.each<[string, TestFiles]>([
    [
      'npm, linked to the package',
      {
        '/usr/local/bin/claude': { link: '../lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe' },
        '/usr/local/lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe': program,
        '/usr/local/lib/node_modules/@anthropic-ai/claude-code/package.json': manifest,
      },
    ],
    [
      "a project's .bin",
      {
        '/usr/local/bin/claude': { link: '/w/node_modules/.bin/claude' },
        '/w/node_modules/.bin/claude': {
          content:
            '#!/bin/sh\nexec "$basedir/../@anthropic-ai/claude-code/node_modules/@anthropic-ai/claude-code/bin/claude.exe"\n',
          mode: 0o755,
        },
        '/w/node_modules/@anthropic-ai/claude-code/node_modules/@anthropic-ai/claude-code/package.json': manifest,
      },
    ],
    [
      'Bun',
      {
        '~/.bun/bin/claude': program,
        '~/.bun/install/global/node_modules/@anthropic-ai/claude-code/package.json': manifest,
      },
    ],
    [
      'Volta',
      {
        '~/.volta/bin/claude': program,
        '~/.volta/tools/image/packages/@anthropic-ai/claude-code/lib/node_modules/@anthropic-ai/claude-code/package.json':
          manifest,
      },
    ],
    [
      'the old local installation',
      {
        '~/.claude/local/claude': program,
        '~/.claude/local/node_modules/@anthropic-ai/claude-code/package.json': manifest,
      },
    ],
  ])('%s', async (_, files) => {
    expect(await detect({ files })).toMatchObject({ installed: true, version: '2.1.197' })
  })

  it.each<[string, TestFiles]>([
    ['a copied binary', { '/usr/bin/claude': program }],
    ['a manifest that is no JSON', { '/usr/bin/claude': program, '/usr/bin/package.json': '{' }],
    [
      'a manifest without a version that can be read',
      { '/usr/bin/claude': program, '/usr/bin/package.json': '{"name":"@anthropic-ai/claude-code","version":"next"}' },
    ],
  ])('is unknown for %s', async (_, files) => {
    const detection = await detect({ files })
    expect(detection.installed).toBe(true)
    expect(detection).not.toHaveProperty('version')
  })
})
