import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host, HostFileSystem } from '@gate/core'
import type { DevGateway } from '@gate/dev-gateway'
import { createNodeHost, type NodeHostInit } from '@gate/engine/host'
import type { CacheEntry } from '../../src/cache/cache-entry.js'
import type { Auth, AuthInit, LoginEvent, LoginPresenter } from '../../src/contract.js'
import { createAuth, createAuthWith } from '../../src/create-auth.js'
import { createEncryptedFile } from '../../src/secret-store/encrypted-file.js'
import { createKeychain } from '../../src/secret-store/keychain.js'
import type { Keytar } from '../../src/secret-store/keytar.js'

/** A keychain in memory, behind the interface of the real native module. */
export interface MemoryKeychain extends Keytar {
  readonly entries: Map<string, string>
  /** Every call in order, e.g. `set grant-…`. */
  readonly calls: string[]
}

export function memoryKeychain(overrides: Partial<Keytar> = {}): MemoryKeychain {
  const entries = new Map<string, string>()
  const calls: string[] = []
  return {
    entries,
    calls,
    async getPassword(_service, account) {
      calls.push(`get ${account}`)
      return entries.get(account) ?? null
    },
    async setPassword(_service, account, password) {
      calls.push(`set ${account}`)
      entries.set(account, password)
    },
    async deletePassword(_service, account) {
      calls.push(`delete ${account}`)
      return entries.delete(account)
    },
    ...overrides,
  }
}

const CHEAP = { N: 2 ** 14, r: 1, p: 1 }

/** A throw-away machine: its own directories and environment, real files, real clock. */
export interface Machine {
  readonly home: string
  readonly host: Host & { readonly fs: { -readonly [Call in keyof HostFileSystem]: HostFileSystem[Call] } }
  readonly env: Record<string, string | undefined>
  readonly keychain: MemoryKeychain
  /** Warnings so far. */
  readonly warnings: string[]
  /** Signs in with the keychain in memory. Each call is like a new process. */
  auth(gateway: Pick<DevGateway, 'url' | 'issuer' | 'clientId'>, init?: PartialInit): Auth
  /** The same, trusting a CA file. */
  authWithCa(gateway: Pick<DevGateway, 'url' | 'issuer' | 'clientId'>, caFile: string): Auth
  /** The same with the store that the environment chooses. */
  realStoreAuth(gateway: Pick<DevGateway, 'url' | 'issuer' | 'clientId'>, init?: PartialInit): Auth
  /** With an encrypted file whose passphrase costs little; who reads it later finds the cost in the file. */
  cheapFileAuth(gateway: Pick<DevGateway, 'url' | 'issuer' | 'clientId'>): Auth
  readonly cacheFile: string
  cached(): Promise<CacheEntry>
  /** Moves the cached token's times back by so many milliseconds. */
  age(ms: number): Promise<void>
  /** Makes the cached token expired. */
  expire(): Promise<void>
  remove(): Promise<void>
}

export type PartialInit = Omit<Partial<AuthInit>, 'profile'> & {
  readonly profile?: Partial<AuthInit['profile']['auth']> & object
}

export interface MachineInit extends NodeHostInit {
  readonly keychain?: MemoryKeychain
}

export async function createMachine(init: MachineInit = {}): Promise<Machine> {
  const { keychain = memoryKeychain(), ...hostInit } = init
  const home = hostInit.home ?? (await fs.mkdtemp(join(tmpdir(), 'gate auth-')))
  const env: Record<string, string | undefined> = {
    HOME: home,
    GATE_HOME: join(home, 'gate'),
    PATH: '/usr/bin:/bin',
    GATE_SECRET_STORE_PASSPHRASE: 'correct horse battery staple',
    ...hostInit.env,
  }
  // A copy, so that a test can make single calls fail.
  const host = createNodeHost({ fs: { ...fs }, ...hostInit, env, home })
  const warnings: string[] = []
  const cacheFile = join(host.directories.cache, 'tokens', 'default.json')
  const initOf = (gateway: Pick<DevGateway, 'url' | 'issuer' | 'clientId'>, own: PartialInit): AuthInit => ({
    profileName: 'default',
    warn: (message) => void warnings.push(message),
    ...own,
    profile: {
      gatewayUrl: gateway.url,
      auth: {
        kind: 'oidc',
        issuer: gateway.issuer,
        clientId: gateway.clientId,
        scopes: ['openid', 'offline_access'],
        ...own.profile,
      } as AuthInit['profile']['auth'],
    },
  })
  const cached = async () => JSON.parse(await fs.readFile(cacheFile, 'utf8')) as CacheEntry
  const age = async (ms: number) => {
    const entry = await cached()
    const { issuedAt, refreshAt, expiresAt } = entry
    const older = { ...entry, issuedAt: issuedAt - ms, refreshAt: refreshAt - ms, expiresAt: expiresAt - ms }
    await fs.writeFile(cacheFile, JSON.stringify(older), { mode: 0o600 })
  }
  return {
    home,
    host,
    env,
    keychain,
    warnings,
    cheapFileAuth: (gateway) => createAuthWith(host, initOf(gateway, {}), createEncryptedFile(host, undefined, CHEAP)),
    cacheFile,
    auth: (gateway, own = {}) =>
      createAuthWith(host, initOf(gateway, own), createKeychain(host, { load: async () => keychain })),
    authWithCa(gateway, caFile) {
      const init = initOf(gateway, {})
      const withCa = { ...init, profile: { ...init.profile, caFile } }
      return createAuthWith(host, withCa, createKeychain(host, { load: async () => keychain }))
    },
    realStoreAuth: (gateway, own = {}) => createAuth(host, initOf(gateway, own)),
    cached,
    age,
    async expire() {
      const { expiresAt } = await cached()
      await age(expiresAt - host.clock.now() + 1000)
    },
    // A login of this process that a test did not wait for may still be releasing its lock.
    remove: () => fs.rm(home, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** Records what a login shows, and lets a "person" act on it. */
export function presenter(
  act: (event: LoginEvent) => void = () => {},
): LoginPresenter & { readonly events: LoginEvent[] } {
  const events: LoginEvent[] = []
  return {
    events,
    show(event) {
      events.push(event)
      act(event)
    },
  }
}

/** The real clock, except that waits of 250 ms and more take a hundredth of their time. */
export function hurriedClock(): Host['clock'] {
  const { clock } = createNodeHost({ requireHome: false, env: { GATE_HOME: '/nowhere' } })
  return { now: clock.now, sleep: (ms, signal) => clock.sleep(ms < 250 ? ms : ms / 100, signal) }
}

/** Signs in without starting a program: the "person" opens the printed URL. */
export async function signIn(machine: Machine, gateway: DevGateway, init: PartialInit = {}) {
  const present = presenter((event) => {
    if (event.kind === 'print-url') gateway.visit(event.url).catch(() => {})
  })
  return await machine.auth(gateway, init).login({ method: 'print-url', present })
}

/** Signs in with the encrypted file, which other processes can open, too. */
export async function signInWithFile({
  gateway,
  machine,
}: {
  gateway: DevGateway
  machine: Machine
}): Promise<Machine> {
  machine.env.GATE_SECRET_STORE = 'file'
  const present = presenter((event) => {
    if (event.kind === 'print-url') gateway.visit(event.url).catch(() => {})
  })
  await machine.cheapFileAuth(gateway).login({ method: 'print-url', present })
  gateway.clearRequests()
  return machine
}
