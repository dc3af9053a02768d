import type { Platform } from '@gate/core'
import { createTestHost, type TestFiles, type TestHostInit } from '@gate/plugin-testkit'
import { buildBinary } from 'plist'
import { describe, expect, it } from 'vitest'
import claudeDesktop from '../src/index.js'
import { installations, storeFiles, storePackage } from './installations.js'

async function detect(init: TestHostInit) {
  await using host = await createTestHost(init)
  return await claudeDesktop.detect(host)
}

describe('S54 the app, its directories, both or none', () => {
  it.each<[Platform, TestFiles]>([
    ['linux', { '~/.config/Claude/claude_desktop_config.json': '{}' }],
    ['darwin', { '~/Library/Application Support/Claude/claude_desktop_config.json': '{}' }],
    ['win32', { '~/AppData/Roaming/Claude/claude_desktop_config.json': '{}' }],
  ])('on %s a directory alone is a left-over', async (platform, files) => {
    const { installed, evidence } = await detect({ platform, files })
    expect(installed).toBe(false)
    expect(evidence).toContainEqual(expect.stringContaining('left by an earlier installation'))
    expect((await detect({ platform, files: { ...installations[platform].files, ...files } })).installed).toBe(true)
  })

  it('B18 a directory ~/Claude on Linux is nothing of the app', async () => {
    expect((await detect({ files: { '~/Claude/claude_desktop_config.json': '{}' } })).installed).toBe(false)
  })

  it('Claude Code is another program', async () => {
    const files = { '/usr/bin/claude': { content: '', mode: 0o755 } }
    expect((await detect({ files })).installed).toBe(false)
    const windows = { '~/.local/bin/claude.exe': '', '~/AppData/Local/Packages/Other.ClaudeNotes_pzs8sxrjxfjjc/x': '' }
    expect((await detect({ platform: 'win32', files: windows })).installed).toBe(false)
  })
})

describe('version, without running anything', () => {
  it.each<[Platform, string]>([
    ['linux', '1.46388.4'],
    ['darwin', '1.46388.4'],
    ['win32', '1.46388.12'],
  ])('as installed on %s', async (platform, version) => {
    expect(await detect({ platform, files: installations[platform].files })).toMatchObject({ version })
  })

  it('unknown for the Store package and for a program without a package', async () => {
    const store = await detect({ platform: 'win32', files: storePackage.files })
    expect(store).toMatchObject({ installed: true, location: expect.stringContaining('Claude_pzs8sxrjxfjjc') })
    expect(store.version).toBeUndefined()
    const copied = await detect({ files: { '/usr/bin/claude-desktop': { content: '', mode: 0o755 } } })
    expect(copied.installed).toBe(true)
    expect(copied.version).toBeUndefined()
  })

  it('a package that was removed has none', async () => {
    const files = {
      '/usr/bin/claude-desktop': { content: '', mode: 0o755 },
      '/var/lib/dpkg/status': 'Package: claude-desktop\nStatus: deinstall ok config-files\nVersion: 1.2.3\n',
    }
    expect((await detect({ files })).version).toBeUndefined()
  })
})

describe('the bundle on macOS', () => {
  const info = (id: string) => buildBinary({ CFBundleIdentifier: id, CFBundleShortVersionString: '1.2.3' })
  it.each<[string, TestFiles, boolean]>([
    ['of the user', { '~/Applications/Claude.app/Contents/Info.plist': info('com.anthropic.claudefordesktop') }, true],
    ['of another maker', { '/Applications/Claude.app/Contents/Info.plist': info('com.example.claude') }, false],
    ['without its list', { '/Applications/Claude.app/Contents/MacOS/Claude': '' }, false],
    ['with a broken list', { '/Applications/Claude.app/Contents/Info.plist': '<plist><dict>' }, false],
  ])('%s', async (_, files, installed) => {
    expect((await detect({ platform: 'darwin', files })).installed).toBe(installed)
  })
})

describe('directories besides the usual ones', () => {
  it('none on macOS and Linux', async () => {
    for (const platform of ['linux', 'darwin'] as const) {
      const { places } = await detect({ platform, files: installations[platform].files })
      expect(places).toMatchObject({ libraries: [], modes: [], malformed: [] })
    }
  })

  it('those that the Store package has made, and no others', async () => {
    const local = 'C:\\Users\\user\\AppData\\Local'
    const cache = `${local}\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache`
    const files = {
      ...storePackage.files,
      ...storeFiles,
      '~/AppData/Local/Packages/AnthropicPBC.Claude_fnn82j28hfe8t/LocalCache/x': '',
      '~/AppData/Local/Claude/x': '',
    }
    expect((await detect({ platform: 'win32', files })).places).toMatchObject({
      libraries: [`${cache}\\Local\\Claude-3p`],
      modes: [`${local}\\Claude`, `${cache}\\Roaming\\Claude`],
      malformed: [],
    })
  })
})
