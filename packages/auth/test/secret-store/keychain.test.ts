import { GateError, Secret } from '@gate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assertUsable } from '../../src/secret-store/choose-store.js'
import { createKeychain } from '../../src/secret-store/keychain.js'
import type { Keytar } from '../../src/secret-store/keytar.js'
import { splitSecret } from '../../src/secret-store/split-secret.js'
import { createMachine, hurriedClock, type Machine, memoryKeychain, presenter, signIn } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

const name = { purpose: 'grant', key: 'k' } as const
const secret = (text: string) => new Secret(text)

async function keychain(overrides: Partial<Keytar> = {}, platform: 'linux' | 'darwin' | 'win32' = 'linux') {
  const machine = await createMachine({ clock: hurriedClock() })
  await machine.remove()
  const memory = memoryKeychain(overrides)
  const store = createKeychain({ ...machine.host, platform }, { load: async () => memory, timeoutMs: 1000 })
  return { store, memory }
}

it('what is set can be got and deleted', async () => {
  const { store, memory } = await keychain()
  expect(await store.get(name)).toBeUndefined()
  await store.set(name, secret('value'))
  expect((await store.get(name))?.reveal()).toBe('value')
  expect(memory.entries).toEqual(new Map([['grant-k', 'value']]))
  expect(await store.delete(name)).toBe(true)
  expect(await store.delete(name)).toBe(false)
})

describe('A14 keychains that fail', () => {
  const throwing = (message: string) => async () => {
    throw new Error(message)
  }
  it.each([
    ['no D-Bus', 'Cannot autolaunch D-Bus without X11 $DISPLAY', 'secret-store-unavailable'],
    [
      'no Secret Service',
      'The name org.freedesktop.secrets was not provided by any .service files',
      'secret-store-unavailable',
    ],
    [
      'a locked gnome-keyring',
      'Object does not exist at path “/org/freedesktop/secrets/collection/login”',
      'secret-store-locked',
    ],
    ['a dismissed prompt', 'The prompt was dismissed', 'secret-store-locked'],
    ['macOS without a session', 'User interaction is not allowed.', 'secret-store-locked'],
    ['macOS, the person said no', 'User canceled the operation.', 'secret-store-locked'],
    ['Windows, too large', 'The stub received bad data.', 'secret-store-full'],
    ['a quota', 'Disk quota exceeded', 'secret-store-full'],
    ['something new', 'kernel panic', 'secret-store-unavailable'],
  ])('%s', async (_what, message, code) => {
    for (const call of ['getPassword', 'setPassword'] as const) {
      const { store } = await keychain({ [call]: throwing(message) })
      const error = await store.set(name, secret('hidden-value')).catch((reason) => reason)
      expect(GateError.isInstance(error)).toBe(true)
      expect(error.code).toBe(code)
      expect(error.fix).toBeTruthy()
      expect(`${error.message} ${JSON.stringify(error.fix)} ${error.stack}`).not.toContain('hidden-value')
    }
  })

  it('slow: given up in bounded time', async () => {
    const { store } = await keychain({ getPassword: () => new Promise(() => {}) })
    expect(await codeOf(store.get(name))).toBe('secret-store-timeout')
  })

  it('absent: the native module does not load', async () => {
    const machine = await createMachine()
    const load = async (): Promise<Keytar> => {
      throw new GateError({ code: 'secret-store-unavailable', message: 'no libsecret' })
    }
    expect(await codeOf(createKeychain(machine.host, { load }).get(name))).toBe('secret-store-unavailable')
    await machine.remove()
  })

  it.each<[string, Partial<Keytar>]>([
    ['forgets at once', { getPassword: async () => null }],
    ['gives back something else', { getPassword: async () => 'other' }],
  ])('a keychain that %s is found out before the sign-in', async (_what, overrides) => {
    const { store } = await keychain(overrides)
    expect(await codeOf(store.set(name, secret('v')))).toBe('secret-store-lost-write')
    expect(await codeOf(assertUsable(store, 'k'))).toBe('secret-store-lost-write')
  })
})

describe('long secrets', () => {
  const limits = fc.constantFrom(16, 100, 2500)
  it('are split for Windows only, into parts that fit, and come back whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9000 }), async (text) => {
        const { store, memory } = await keychain({}, 'win32')
        await store.set(name, secret(text))
        for (const value of memory.entries.values()) expect(Buffer.byteLength(value)).toBeLessThanOrEqual(2500)
        expect((await store.get(name))?.reveal()).toBe(text)
        await store.set(name, secret('short'))
        expect(memory.entries).toEqual(new Map([['grant-k', 'short']]))
      }),
      { numRuns: 30 },
    )
    const { store, memory } = await keychain({}, 'linux')
    await store.set(name, secret('x'.repeat(100_000)))
    expect(memory.entries.size).toBe(1)
  })

  it('a secret is never longer in parts than the limit, whatever it looks like', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 500 }), fc.constant(`gate-split:1:${'0'.repeat(12)}:1:${'0'.repeat(64)}`)),
        limits,
        (text, limit) => {
          const { text: main, parts } = splitSecret(text, limit)
          for (const part of parts) expect(part.length).toBeLessThanOrEqual(limit)
          expect(parts.length === 0).toBe(main === text)
        },
      ),
    )
  })

  it('a lost part is corruption, not a shorter secret; deleting removes every part', async () => {
    const { store, memory } = await keychain({}, 'win32')
    await store.set(name, secret('y'.repeat(6000)))
    expect(memory.entries.size).toBe(5)
    const part = [...memory.entries.keys()].find((account) => account.includes('#')) ?? ''
    const kept = memory.entries.get(part) ?? ''
    memory.entries.delete(part)
    expect(await codeOf(store.get(name))).toBe('secret-store-corrupt')
    memory.entries.set(part, kept)
    expect(await store.delete(name)).toBe(true)
    expect(memory.entries.size).toBe(0)
  })

  it('a write that is cut off between the parts leaves the previous secret whole', async () => {
    for (let survive = 0; survive < 4; survive++) {
      const { store, memory } = await keychain({}, 'win32')
      await store.set(name, secret('a'.repeat(4000)))
      const { setPassword } = memory
      let writes = 0
      memory.setPassword = async (service, account, value) => {
        if (writes++ === survive) throw new Error('killed')
        await setPassword(service, account, value)
      }
      expect(await codeOf(store.set(name, secret('b'.repeat(6000))))).toBe('secret-store-unavailable')
      memory.setPassword = setPassword
      expect((await store.get(name))?.reveal()).toBe('a'.repeat(4000))
    }
  })
})

describe('sign-in with a keychain that fails', () => {
  const context = suite({}, () => ({ clock: hurriedClock() }))
  const never = { interaction: 'never' } as const

  async function lockAfterSignIn(): Promise<Machine> {
    const { gateway, machine } = context
    await signIn(machine, gateway)
    await machine.expire()
    gateway.clearRequests()
    // What a locked gnome-keyring does: nothing is found, and nothing can be stored.
    machine.keychain.getPassword = async () => null
    machine.keychain.setPassword = async () => {
      throw new Error('Object does not exist at path “/org/freedesktop/secrets/collection/login”')
    }
    return machine
  }

  it('A14 locked: told as locked, never taken for signed out, so no browser', async () => {
    const { gateway } = context
    const machine = await lockAfterSignIn()
    expect(await codeOf(machine.auth(gateway).accessToken({ interaction: 'detached' }))).toBe('secret-store-locked')
    expect(await machine.auth(gateway).state()).toMatchObject({
      state: 'unknown',
      reasons: [{ code: 'secret-store-locked' }],
    })
    expect(gateway.counters).toMatchObject({ browserStarts: 0, tokenRequests: 0 })
  })

  it('A14 emptied by the person: a login is needed, and only one question to the issuer less', async () => {
    const { gateway, machine } = context
    await signIn(machine, gateway)
    await machine.expire()
    gateway.clearRequests()
    machine.keychain.entries.clear()
    expect(await codeOf(machine.auth(gateway).accessToken(never))).toBe('login-required')
    expect(gateway.counters.tokenRequests).toBe(0)
    expect((await machine.auth(gateway).state()).state).toBe('signed-out')
  })

  it('A14 locked while the token still lives: served', async () => {
    const { gateway, machine } = context
    await signIn(machine, gateway)
    const { refreshAt, token } = await machine.cached()
    await machine.age(refreshAt - machine.host.clock.now() + 1000)
    machine.keychain.getPassword = async () => null
    machine.keychain.setPassword = async () => {
      throw new Error('locked')
    }
    expect((await machine.auth(gateway).accessToken(never)).token.reveal()).toBe(token)
    expect(machine.warnings.join()).toContain('locked')
  })

  it('A14 a store that cannot keep anything is found out before the browser opens', async () => {
    const { gateway, machine } = context
    machine.keychain.setPassword = async () => {
      throw new Error('Cannot autolaunch D-Bus without X11 $DISPLAY')
    }
    expect(await codeOf(machine.auth(gateway).login({ method: 'browser', present: presenter() }))).toBe(
      'secret-store-unavailable',
    )
    machine.env.GATE_SECRET_STORE = 'env'
    expect(await codeOf(machine.realStoreAuth(gateway).login({ method: 'browser', present: presenter() }))).toBe(
      'secret-store-read-only',
    )
    expect(gateway.counters).toMatchObject({ authorizationRequests: 0, browserStarts: 0 })
  })

  it('A14 a rotated token that cannot be stored: the access token is handed out with a warning', async () => {
    const { gateway, machine } = context
    await signIn(machine, gateway)
    await machine.expire()
    machine.keychain.setPassword = async () => {
      throw new Error('Disk quota exceeded')
    }
    await machine.auth(gateway).accessToken(never)
    expect(machine.warnings.join()).toContain('could not be stored')
  })

  it('another store chosen after the sign-in is named, instead of asking for a login', async () => {
    const { gateway, machine } = context
    await signIn(machine, gateway)
    await machine.expire()
    machine.env.GATE_SECRET_STORE = 'file'
    const error = await machine
      .realStoreAuth(gateway)
      .accessToken({ interaction: 'detached' })
      .catch((reason) => reason)
    expect(error).toMatchObject({
      code: 'secret-store-unavailable',
      fix: { text: expect.stringContaining('GATE_SECRET_STORE=keychain') },
    })
    expect(gateway.counters.browserStarts).toBe(0)
  })

  it('a store that does not exist is refused by name', async () => {
    const { gateway, machine } = context
    machine.env.GATE_SECRET_STORE = 'plain-text'
    expect(() => machine.realStoreAuth(gateway)).toThrow(/plain-text/)
  })
})
