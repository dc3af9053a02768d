import type { Platform } from '@gate/core'
import { createTestHost } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import { detect } from '../src/detect.js'
import { installations } from './installations.js'

describe('pi from npm', () => {
  it.each(['linux', 'darwin', 'win32'] as const)('is found with its version on %s', async (platform: Platform) => {
    await using host = await createTestHost({ platform, files: installations[platform].files })
    expect(await detect(host)).toMatchObject({ installed: true, version: '0.87.1' })
  })

  it('is found under the name it had before', async () => {
    const root = '/usr/local/lib/node_modules/@mariozechner/pi-coding-agent'
    await using host = await createTestHost({
      files: {
        [`${root}/package.json`]: '{"name":"@mariozechner/pi-coding-agent","version":"0.73.0"}',
        [`${root}/dist/cli.js`]: { content: '', mode: 0o755 },
        '/usr/local/bin/pi': { link: `${root}/dist/cli.js` },
      },
    })
    expect(await detect(host)).toMatchObject({ installed: true, version: '0.73.0', location: '/usr/local/bin/pi' })
  })
})

describe('a program called pi', () => {
  const program = { '/usr/bin/pi': { content: 'computes a number', mode: 0o755 } }

  it('is not enough', async () => {
    await using host = await createTestHost({ files: program })
    const { installed, evidence } = await detect(host)
    expect(installed).toBe(false)
    expect(evidence).toContain('it is not of the package of pi')
  })

  it('is, beside the directory of pi: pi exists as a single binary, too', async () => {
    await using host = await createTestHost({ files: { ...program, '~/.pi/agent': { directory: true } } })
    const found = await detect(host)
    expect(found).toMatchObject({ installed: true, location: '/usr/bin/pi' })
    expect(found).not.toHaveProperty('version')
  })
})

it.each([true, false])('a directory alone is no installation (%s)', async (hasDirectory) => {
  await using host = await createTestHost({ files: hasDirectory ? { '~/.pi/agent/auth.json': '{}' } : {} })
  const { installed, evidence } = await detect(host)
  expect(installed).toBe(false)
  expect(evidence.at(-1)).toContain(hasDirectory ? 'left by an earlier installation' : 'is absent')
})
