import { renameSync, writeFileSync } from 'node:fs'
import type { Host, ProcessResult } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { copyAttributes } from '../../src/files/copy-attributes.js'
import { createSandbox, removeSandboxesAfterEach } from '../support/sandbox.js'

removeSandboxesAfterEach()

/** A host whose `cp` does what it is told; the file that it copies from is there. */
function hostWhere(platform: Host['platform'], answer: Partial<ProcessResult> | Error) {
  const sandbox = createSandbox()
  const from = sandbox.path('from')
  writeFileSync(from, '')
  const calls: (readonly string[])[] = []
  const run: Host['process']['run'] = async (command, args) => {
    calls.push([command, ...args])
    if (answer instanceof Error) throw answer
    return { code: 0, stdout: '', stderr: '', timedOut: false, ...answer }
  }
  const host: Host = { ...sandbox.host, platform, process: { ...sandbox.host.process, run } }
  return { host, from, to: sandbox.path('to'), calls }
}

describe('copying what Node cannot', () => {
  it.each([
    ['linux', ['--attributes-only', '--preserve=mode,xattr']],
    ['darwin', ['-p']],
  ] as const)('asks cp on %s', async (platform, options) => {
    const { host, from, to, calls } = hostWhere(platform, {})
    await copyAttributes(host, from, to)
    expect(calls).toEqual([['cp', ...options, '--', from, to]])
  })

  it('asks nobody on Windows, where the new file inherits from its directory', async () => {
    const { host, from, to, calls } = hostWhere('win32', {})
    await copyAttributes(host, from, to)
    expect(calls).toEqual([])
  })

  it.each([
    ['busybox', { code: 1, stderr: 'cp: unrecognized option: attributes-only\nBusyBox v1.36.1' }],
    ['no cp at all', Object.assign(new Error('spawn cp ENOENT'), { code: 'ENOENT' })],
  ])('goes without on a system with %s', async (_name, answer) => {
    const { host, from, to } = hostWhere('linux', answer)
    await expect(copyAttributes(host, from, to)).resolves.toBeUndefined()
  })

  it.each([
    [{ code: 1, stderr: 'cp: preserving permissions for ‘to’: Operation not permitted\n' }, 'Operation not permitted'],
    [{ code: null, timedOut: true }, 'cp did not end'],
    [{ code: 3 }, 'cp ended with 3'],
  ])('refuses when cp fails: %o', async (answer, reason) => {
    const { host, from, to } = hostWhere('linux', answer)
    await expect(copyAttributes(host, from, to)).rejects.toMatchObject({
      code: 'io-failed',
      message: expect.stringContaining(reason),
      file: from,
      fix: { action: expect.any(String) },
    })
  })

  it('begins again when another program replaced the file meanwhile, but not for ever', async () => {
    const answer = { code: 1, stderr: 'cp: skipping file, as it was replaced while being copied' }
    const { host, from, to, calls } = hostWhere('linux', answer)
    const replacing = (times: number): Host => ({
      ...host,
      process: {
        ...host.process,
        async run(command, args) {
          const result = await host.process.run(command, args)
          if (calls.length > times) return { ...result, code: 0 }
          writeFileSync(`${from}.new`, '')
          renameSync(`${from}.new`, from)
          return result
        },
      },
    })
    await copyAttributes(replacing(3), from, to)
    expect(calls).toHaveLength(4)
    await expect(copyAttributes(replacing(1000), from, to)).rejects.toMatchObject({ code: 'io-failed' })
  })

  it('does not mind that the file is gone meanwhile, which the caller notices', async () => {
    const { host, to } = hostWhere('linux', { code: 1, stderr: 'cp: cannot stat' })
    await expect(copyAttributes(host, `${to}-gone`, to)).resolves.toBeUndefined()
  })
})
