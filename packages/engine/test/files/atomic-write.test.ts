import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { atomicWrite, removeLeftovers, tempPathFor } from '../../src/files/atomic-write.js'
import { withLock } from '../../src/lock/lock.js'
import { json, planOf } from '../support/plans.js'
import { createSandbox, removeSandboxesAfterEach } from '../support/sandbox.js'
import { systemError, watchedFs } from '../support/watched-fs.js'

removeSandboxesAfterEach()

describe('atomicWrite', () => {
  it('makes directories of 0700 and a file of 0600, and replaces it with another mode', async () => {
    const { host, path } = createSandbox()
    await atomicWrite(host, path('a', 'b', 'file'), 'one')
    const mode = (...parts: string[]) => statSync(path(...parts)).mode & 0o777
    expect([mode('a'), mode('a', 'b'), mode('a', 'b', 'file')]).toEqual([0o700, 0o700, 0o600])
    await atomicWrite(host, path('a', 'b', 'file'), Buffer.from('two'), { mode: 0o755 })
    expect([readFileSync(path('a', 'b', 'file'), 'utf8'), mode('a', 'b', 'file')]).toEqual(['two', 0o755])
    expect(readdirSync(path('a', 'b'))).toEqual(['file'])
  })

  it('leaves the old file and no temporary one when it is stopped at the last moment', async () => {
    const { host, path } = createSandbox()
    await atomicWrite(host, path('file'), 'old')
    const beforeRename = () => Promise.reject(new Error('the lock is lost'))
    await expect(atomicWrite(host, path('file'), 'new', { beforeRename })).rejects.toThrow('the lock is lost')
    expect(readdirSync(path())).toEqual(['file'])
    expect(readFileSync(path('file'), 'utf8')).toBe('old')
  })

  it('F18 never uses a name that exists, whatever process made it', async () => {
    const sandbox = createSandbox()
    const file = sandbox.path('file')
    const names = new Set(Array.from({ length: 1000 }, () => tempPathFor(sandbox.host, file)))
    expect(names.size).toBe(1000)
    // The same random number twice: the second process finds the name taken and touches nothing.
    const fs = watchedFs((call, make) => {
      if (call.name === 'open' && call.args[1] === 'wx') writeFileSync(call.path, 'theirs')
      return make()
    })
    await expect(atomicWrite(sandbox.hostWith({ fs }), file, 'x')).rejects.toMatchObject({ code: 'io-failed', file })
    const [left] = readdirSync(sandbox.home)
    expect(readFileSync(sandbox.path(String(left)), 'utf8')).toBe('theirs')
  })

  it('F20 a name of 255 bytes has a temporary name that fits', async () => {
    const { host, path } = createSandbox()
    for (const name of ['n'.repeat(255), `${'ü'.repeat(127)}x`, '→'.repeat(85)]) {
      await atomicWrite(host, path(name), 'x')
      expect(readFileSync(path(name), 'utf8')).toBe('x')
    }
  })
})

it('F18 leftovers of a file are removed, temporary files of others are not', async () => {
  const { host, path } = createSandbox()
  const others = ['.config.json.bak', '.other.json.gate-1-ff.tmp', 'config.json', '.config.json.gate-1-ff', 'x.tmp']
  for (const name of [...others, '.config.json.gate-1-ff.tmp', '.config.json.gate-99-00.tmp']) {
    writeFileSync(path(name), '')
  }
  await removeLeftovers(host, path('config.json'))
  expect(readdirSync(path()).toSorted()).toEqual(others.toSorted())
  await expect(removeLeftovers(host, path('gone', 'config.json'))).resolves.toBeUndefined()
})

it('F18 a setup leaves temporary files of other processes beside a client’s file alone', async () => {
  const sandbox = createSandbox()
  writeFileSync(sandbox.path('s.json'), '{}')
  writeFileSync(sandbox.path('.s.json.gate-1-aa.tmp'), 'of a process in another container')
  writeFileSync(sandbox.path('s.json.tmp.4242'), 'of the client')
  const plan = planOf('demo', json(sandbox.path('s.json'), ['a'], 'b'))
  await sandbox.host.engine.apply(plan, { profile: 'p' })
  expect(readdirSync(sandbox.home).toSorted()).toEqual(['.s.json.gate-1-aa.tmp', 's.json', 's.json.tmp.4242'])
})

it('F22 on Windows a lock that somebody looks into is released as soon as they have finished', async () => {
  const sandbox = createSandbox()
  let busy = 2
  const fs = watchedFs((call, make) => {
    if (call.name === 'rename' && call.path.endsWith('.lock') && busy-- > 0) {
      return Promise.reject(systemError('EPERM', call.path))
    }
    return make()
  })
  const { path } = sandbox.host
  const host = { ...sandbox.hostWith({ fs }), platform: 'win32' as const, path }
  await withLock(host, 'test', async () => {})
  expect(readdirSync(`${sandbox.host.directories.state}/locks`)).toEqual([])
})

it('an interruption while waiting for another gate is told as one', async () => {
  const sandbox = createSandbox()
  mkdirSync(sandbox.path('x'))
  await withLock(sandbox.host, 'engine', async () => {
    const signal = AbortSignal.timeout(100)
    const result = sandbox.host.engine.revert('demo', { signal })
    await expect(result).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 })
  })
})
