import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Glewlwyd, startGlewlwyd } from '../harness/providers/glewlwyd.ts'
import { type Chromium, startChromium } from '../harness/sign-in/chromium.ts'
import { callHelper, expectRefusal, expireCachedToken, sameToken } from '../harness/sign-in/helper-calls.ts'
import { type RecordingBrowser, recordingBrowser } from '../harness/sign-in/recording-browser.ts'
import { DEVICE_PROMPT, shownText } from '../harness/sign-in/shown-text.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

// Addresses with two slashes, a consent page, exact redirect addresses, refusals without a word: all of it is its own.
describe('glewlwyd is the provider', () => {
  let provider: Glewlwyd
  let gateway: DevGateway
  const chromiums: Chromium[] = []
  let home: ThrowawayHome
  let browser: RecordingBrowser
  beforeAll(async () => {
    provider = await startGlewlwyd()
    gateway = await startDevGateway()
  })
  afterAll(async () => {
    await gateway?.stop()
    await provider?.stop()
  })
  beforeEach(async () => {
    home = await createHome({ gateway, clients: 'stub' })
    browser = await recordingBrowser(home)
    const connection = ['--gateway-url', gateway.url, '--issuer', provider.issuer, '--client-id', provider.clientId]
    const ways = ['--callback-port', `${provider.callbackPort}`, '--scopes', `openid ${provider.scope}`]
    const setup = await home.gate(['setup', '--lazy', ...connection, ...ways])
    expect(setup, setup.stderr).toMatchObject({ code: 0 })
  })
  afterEach(async () => {
    for (const chromium of chromiums.splice(0)) await chromium.close()
    await home?.remove()
  })

  /** In a browser that nobody is signed in with. */
  const newPage = async () => {
    const chromium = await startChromium()
    chromiums.push(chromium)
    return await chromium.newPage()
  }
  const signIn = async () => {
    const before = (await browser.urls()).length
    const finished = home.gate(['login'], { env: { BROWSER: browser.path } })
    const page = await newPage()
    await page.goto(await browser.urlAfter(before))
    await provider.signIn(page)
    await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)
    expect(await page.title()).toBe('gate: You are signed in')
    const result = await finished
    expect(result, result.stderr).toMatchObject({ code: 0 })
  }
  const claims = (token: string): unknown => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  /** Statuses of what was posted to the token endpoint since then. */
  const answers = (since: number) =>
    provider
      .tokenRequests()
      .slice(since)
      .map(({ fields, status }) => [fields.get('grant_type'), status])
  const askedSoFar = () => provider.tokenRequests().length

  it('signs in on its pages, with consent, and renews the token', async () => {
    const since = askedSoFar()
    await signIn()
    const first = sameToken([await callHelper(home)])
    expect(claims(first)).toMatchObject({ iss: provider.issuer, scope: `openid ${provider.scope}` })
    await expireCachedToken(home)
    const second = sameToken([await callHelper(home, ['--client', 'claude-code'])])
    expect(second).not.toBe(first)
    // Its refresh tokens are good for one use, so the second refresh shows that the new one was kept.
    await expireCachedToken(home)
    sameToken([await callHelper(home, ['--client', 'claude-code'])])
    expect(answers(since)).toEqual([
      ['authorization_code', 200],
      ['refresh_token', 200],
      ['refresh_token', 200],
    ])
  })

  it('signs in with a device code on its pages', async () => {
    const shown = shownText(DEVICE_PROMPT)
    const finished = home.gate(['login', '--device'], { onStderr: shown.onStderr })
    const { address = '' } = (await shown.found).groups ?? {}
    const page = await newPage()
    await page.goto(address)
    await provider.signIn(page)
    await page.getByRole('heading', { name: 'Authorization complete, you may close this window' }).waitFor()
    const result = await finished
    expect(result, result.stderr).toMatchObject({ code: 0 })
    sameToken([await callHelper(home)])
  })

  it('a sign-in that its administrator ended: one request, code 3, the fix is a login, and that login works', async () => {
    await signIn()
    await expireCachedToken(home)
    await provider.revokeRefreshTokens()
    const since = askedSoFar()
    const call = () => callHelper(home, ['--client', 'claude-code', '--skip-browser'])
    // It says so with a 400 that holds nothing at all, and is left alone after that.
    expectRefusal(await call(), 3, /gate login\n$/)
    expectRefusal(await call(), 3, /gate login\n$/)
    expect(answers(since)).toEqual([['refresh_token', 400]])
    const status = await home.gate(['status'])
    expect(status.stdout).toMatch(/^sign-in {2}signed-out\b/m)
    expect(status.stdout).not.toMatch(/renews/)

    await signIn()
    sameToken([await call()])
  })
})
