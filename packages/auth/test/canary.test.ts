import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { inspect } from 'node:util'
import { Secret } from '@gate/core'
import { expect, it } from 'vitest'
import { startHelper } from './harness/helper-processes.js'
import { hurriedClock, presenter, signIn, signInWithFile } from './harness/machine.js'
import { suite } from './harness/suite.js'

const context = suite({}, () => ({ clock: hurriedClock() }))

/** Every way in which an error or a value may end up in a log. */
function everyTextOf(value: unknown): string {
  const error = value instanceof Error ? `${value.message} ${value.stack} ${String(value.cause)}` : ''
  return [inspect(value, { depth: 10, showHidden: true }), JSON.stringify(value), String(value), error].join('\n')
}

async function filesWith(directory: string, canary: string): Promise<string[]> {
  const found: string[] = []
  for (const file of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const path = join(file.parentPath, file.name)
    if ((await readFile(path)).includes(canary)) found.push(relative(directory, path))
  }
  return found
}

it('A18 refresh token and passphrase are in no file but the store; the access token only in its cache', async () => {
  const { gateway, machine } = context
  const issued: string[] = []
  gateway.set({
    rewriteTokenResponse: (body) => {
      issued.push(String(body.refresh_token))
      return body
    },
  })
  await signInWithFile(context)
  await machine.expire()
  await machine.realStoreAuth(gateway).accessToken({ interaction: 'never' })
  expect(issued).toHaveLength(2)
  for (const grant of issued) expect(await filesWith(machine.home, grant)).toEqual([])
  expect(await filesWith(machine.home, 'correct horse')).toEqual([])
  expect(await filesWith(machine.home, (await machine.cached()).token)).toEqual([
    relative(machine.home, machine.cacheFile),
  ])
})

it('A18 no value that gate returns shows a secret when it is printed', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const [grant = ''] = machine.keychain.entries.values()
  const auth = machine.auth(gateway)
  const answer = await auth.accessToken({ interaction: 'never' })
  const token = answer.token.reveal()
  for (const value of [auth, answer, await auth.state(), machine.warnings]) {
    const text = everyTextOf(value)
    expect(text).not.toContain(token)
    expect(text).not.toContain(grant)
  }
})

it('A18 no error shows a secret, however the issuer answers', async () => {
  const { gateway, machine } = context
  const canaries = ['canary-access', 'canary-refresh', 'canary-id']
  const [access_token, refresh_token, id_token] = canaries
  const rewrites: ((body: Record<string, unknown>) => Record<string, unknown>)[] = [
    (body) => ({ ...body, access_token, refresh_token, id_token }),
    () => ({ access_token, refresh_token, id_token }),
    (body) => ({ ...body, access_token, refresh_token, token_type: 7 }),
    (body) => ({ ...body, access_token, refresh_token, token_type: 'mac' }),
    (body) => ({ ...body, access_token: `${access_token} with a space`, refresh_token }),
    () => ({ error: 'odd', refresh_token, access_token: 5 }),
  ]
  for (const rewriteTokenResponse of rewrites) {
    gateway.set({ rewriteTokenResponse })
    const error = await signIn(machine, gateway).then(
      () => 'resolved',
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(Error)
    const text = everyTextOf(error) + machine.warnings.join()
    for (const canary of canaries) expect(text).not.toContain(canary)
  }
})

it('A18 no error of the keychain shows the secret that was to be stored', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  await machine.expire()
  const grants: string[] = []
  machine.keychain.setPassword = async (_service, _account, value) => {
    grants.push(value)
    throw new Error('Object does not exist at path /collection/login')
  }
  await machine.auth(gateway).accessToken({ interaction: 'never' })
  const error = await machine
    .auth(gateway)
    .storeApiKey(new Secret('sk-canary'))
    .catch((reason: unknown) => reason)
  expect(grants).toHaveLength(2)
  const text = everyTextOf(error) + machine.warnings.join()
  for (const canary of grants) expect(text).not.toContain(canary)
})

it('A18 helpers and the login that they start carry no secret in their arguments, and print none', {
  timeout: 30_000,
}, async () => {
  const { gateway, machine } = context
  const slow = join(machine.home, 'slow browser')
  await machine.host.fs.writeFile(slow, `#!/bin/sh\nsleep 1\nexec '${gateway.browser}' "$@"\n`, { mode: 0o755 })
  const helper = startHelper(machine, gateway, { interaction: 'detached', waitMs: 20_000 }, { BROWSER: slow })
  const commandLines = new Set<string>()
  let running = true
  const watch = async () => {
    while (running) {
      for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
        const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
        if (line.includes('driver.ts') || line.includes(machine.home)) commandLines.add(line)
      }
      await machine.host.clock.sleep(20)
    }
  }
  const watching = watch()
  const { code, stderr } = await helper.finished
  running = false
  await watching
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(commandLines.size).toBeGreaterThanOrEqual(3)
  const { token } = await machine.cached()
  for (const line of commandLines) {
    expect(line).not.toContain(token)
    expect(line).not.toContain('correct horse')
  }
})

it('A18 what the callback page and the login record hold is worth nothing to a reader', async () => {
  const { gateway, machine } = context
  const file = join(machine.host.directories.state, 'login', 'default.json')
  let login: Promise<unknown> = Promise.resolve()
  const shown = new Promise<{ url: string; issuerUrl: string }>((resolve, reject) => {
    const present = presenter((event) => event.kind === 'print-url' && resolve(event))
    login = machine.auth(gateway).login({ method: 'print-url', present })
    login.catch(reject)
  })
  const { url, issuerUrl } = await shown
  const asked = ['state', 'nonce', 'code_challenge'].map((name) => new URL(issuerUrl).searchParams.get(name) ?? '')
  expect(asked.every((value) => value.length > 20)).toBe(true)
  /** Everything that another login could be finished with. */
  const expectNothing = (text: string, more: readonly string[] = []) => {
    expect(text).not.toMatch(/code_verifier|[?&]code=/)
    for (const value of [...asked, ...more]) expect(text).not.toContain(value)
  }
  const waiting = await readFile(file, 'utf8')
  // Good for one browser, and the only thing that leads to the login.
  expect(JSON.parse(waiting)).toMatchObject({ state: 'running', url })
  expectNothing(waiting)

  const { url: last, body } = await gateway.visit(url)
  await login
  const code = new URL(last).searchParams.get('code') ?? ''
  const { token } = await machine.cached()
  const ended = await readFile(file, 'utf8')
  expect(JSON.parse(ended)).not.toHaveProperty('url')
  for (const text of [ended, body]) expectNothing(text, [token, url, ...(code ? [code] : [])])
})
