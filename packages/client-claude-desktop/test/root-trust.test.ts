import type { Host } from '@gate/core'
import { expect, it } from 'vitest'
import { rootTrustProblem } from '../src/root/root-trust.js'
import { createRealMachine, removeMachinesAfterEach } from './real-machine.js'

removeMachinesAfterEach()

function problem(stat: { uid?: number; mode?: number; link?: boolean } | { code: string }) {
  const { host } = createRealMachine()
  const lstat = (async () => {
    if ('code' in stat) throw Object.assign(new Error(stat.code), stat)
    const { uid = 0, mode = 0o100644, link = false } = stat
    return { uid, mode, isSymbolicLink: () => link }
  }) as unknown as Host['fs']['lstat']
  return rootTrustProblem({ ...host, fs: { ...host.fs, lstat } }, '/etc/example')
}

it.each([
  [{}, undefined],
  [{ mode: 0o100600 }, undefined],
  [{ link: true }, 'is a symbolic link'],
  [{ uid: 501 }, 'does not belong to root'],
  [{ mode: 0o100664 }, 'may be written by others than root'],
  [{ mode: 0o100646 }, 'may be written by others than root'],
  [{ code: 'ENOENT' }, 'absent'],
  [{ code: 'ENOTDIR' }, 'absent'],
  [{ code: 'EACCES' }, 'must not be looked at by this user'],
])('%j: %s', async (stat, expected) => {
  expect(await problem(stat)).toBe(expected)
})
