import type { Platform } from '@gate/core'
import { createTestHost, type TestFiles, type TestHost, type TestProgram, testConnection } from '@gate/plugin-testkit'
import { build } from 'plist'
import { describe, expect, it } from 'vitest'
import claudeDesktop from '../src/index.js'
import { goldenTree } from './golden-tree.js'
import { installations } from './installations.js'

const PGREP = '/usr/bin/pgrep'
const TASKLIST = 'C:\\Windows\\System32\\tasklist.exe'
const POWERSHELL = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'

interface Running {
  readonly platform: Platform
  readonly files?: TestFiles
  readonly programs?: Readonly<Record<string, TestProgram>>
}

const desktop: Readonly<Record<Platform, Running>> = {
  linux: { platform: 'linux', files: { '/proc/7/comm': 'bash\n', '/proc/4711/comm': 'claude-desktop\n' } },
  darwin: { platform: 'darwin', programs: { [PGREP]: () => '4711\n' } },
  win32: {
    platform: 'win32',
    programs: {
      [TASKLIST]: () => '"Claude.exe","4711","Console","1","200.000 K"\r\n',
      [POWERSHELL]: () => 'C:\\Program Files\\WindowsApps\\Claude_1.46388.4.0_x64__pzs8sxrjxfjjc\\app\\Claude.exe\r\n',
    },
  },
}

function open({ platform, files = {}, programs = {} }: Running): Promise<TestHost> {
  const installation = installations[platform]
  return createTestHost({
    platform,
    files: { ...installation.files, ...files },
    programs: { ...installation.programs, ...programs },
  })
}

/** The same machine with nothing running. */
function quiet(host: TestHost): Promise<TestHost> {
  const programs = installations[host.platform].programs ?? {}
  const intercept = ({ path }: { path: string | undefined }) => {
    if (path?.startsWith('/proc')) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' })
  }
  return createTestHost({ platform: host.platform, root: host.root, programs, intercept })
}

describe.each(['linux', 'darwin', 'win32'] as const)('the app runs, on %s', (platform) => {
  const connection = testConnection(platform)

  it('setup is refused, and nothing is written', async () => {
    await using host = await open(desktop[platform])
    const before = await goldenTree(host)
    await expect(claudeDesktop.configure(host, connection)).rejects.toMatchObject({
      code: 'client-running',
      exitCode: 5,
      fix: { text: expect.stringContaining('Quit Claude Desktop') },
    })
    expect(await goldenTree(host)).toBe(before)
    expect((await claudeDesktop.configure(host, connection, { dryRun: true })).result).toBe('configured')
    expect(await goldenTree(host)).toBe(before)
    expect((await claudeDesktop.configure(host, connection, { force: true })).result).toBe('configured')
  })

  it('a second setup with nothing to do is not', async () => {
    await using host = await open(desktop[platform])
    await claudeDesktop.configure(await quiet(host), connection)
    expect((await claudeDesktop.configure(host, connection)).result).toBe('unchanged')
    const next = { ...connection, gatewayUrl: 'https://next.example.test' }
    await expect(claudeDesktop.configure(host, next)).rejects.toMatchObject({ code: 'client-running' })
  })

  it('teardown is refused as long as there is something to undo', async () => {
    await using host = await open(desktop[platform])
    expect((await claudeDesktop.revert(host)).result).toBe('nothing-to-do')
    await claudeDesktop.configure(await quiet(host), connection)
    const configured = await goldenTree(host)
    await expect(claudeDesktop.revert(host)).rejects.toMatchObject({ code: 'client-running' })
    expect(await goldenTree(host)).toBe(configured)
    expect((await claudeDesktop.revert(await quiet(host))).result).toBe('reverted')
  })
})

describe('what only looks like the running app', () => {
  it.each<[string, Running]>([
    ['another program on Linux', { platform: 'linux', files: { '/proc/1/comm': 'claude\n', '/proc/self': 'x' } }],
    ['nothing found on macOS', { platform: 'darwin', programs: { [PGREP]: () => ({ code: 1 }) } }],
    [
      'no such program on Windows, in another language',
      { platform: 'win32', programs: { [TASKLIST]: () => 'INFORMATION: Es werden keine Aufgaben ausgeführt.\r\n' } },
    ],
    [
      'Claude Code on Windows, whose program has the same name',
      {
        platform: 'win32',
        programs: {
          [TASKLIST]: () => '"claude.exe","1","Console","1","2 K"\r\n',
          [POWERSHELL]: () => 'C:\\Users\\user\\.local\\bin\\claude.exe\r\n',
        },
      },
    ],
  ])('%s', async (_, running) => {
    await using host = await open(running)
    expect((await claudeDesktop.configure(host, testConnection(running.platform))).result).toBe('configured')
  })
})

describe('versions', () => {
  const info = (version: string) =>
    build({ CFBundleIdentifier: 'com.anthropic.claudefordesktop', CFBundleShortVersionString: version })
  const setUp = async (version: string) => {
    await using host = await open({
      platform: 'darwin',
      files: { '/Applications/Claude.app/Contents/Info.plist': info(version) },
    })
    return await claudeDesktop.configure(host, testConnection('darwin'))
  }

  it('one that does not know the keys is refused', async () => {
    await expect(setUp('1.8554.9')).rejects.toMatchObject({ code: 'client-too-old', exitCode: 2 })
  })

  it.each([
    ['1.8555.0', true],
    ['1.19366.9', true],
    ['1.19367.0', false],
    ['1.49585.0', false],
  ])('%s is told to be updated: %s', async (version, isTold) => {
    const { clientNotes } = await setUp(version)
    expect(clientNotes.some(({ code }) => code === 'version-old')).toBe(isTold)
  })
})
