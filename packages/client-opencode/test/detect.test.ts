import type { Platform } from '@gate/core'
import { createTestHost, type TestFiles, type TestHostInit } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import opencode from '../src/index.js'
import { installations } from './installations.js'

async function detect(init: TestHostInit) {
  await using host = await createTestHost(init)
  return await opencode.detect(host)
}

describe('S54 the program, the directory, both or none', () => {
  const program = { '/usr/bin/opencode': { content: '', mode: 0o755 } }
  const directory = { '~/.config/opencode/opencode.jsonc': '' }
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
      '/home/user/.config/opencode exists, left by an earlier installation',
    )
  })

  it('S53 knows no other name for it', async () => {
    expect((await detect({ files: { '/usr/bin/opencode-ai': { content: '', mode: 0o755 } } })).installed).toBe(false)
  })

  it('finds what the install script of opencode.ai puts into the home, on PATH or not', async () => {
    const files = { '~/.opencode/bin/opencode': { content: 'a program', mode: 0o755 } }
    const detection = await detect({ files })
    expect(detection).toMatchObject({ installed: true, location: '/home/user/.opencode/bin/opencode' })
    expect(detection).not.toHaveProperty('version')
  })
})

describe('version, without running anything', () => {
  it.each<[Platform]>([['linux'], ['darwin'], ['win32']])('as installed on %s', async (platform) => {
    expect(await detect({ platform, ...installations[platform] })).toMatchObject({ version: '1.18.33' })
  })
})
