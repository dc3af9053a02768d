import { setTimeout as sleep } from 'node:timers/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  callHelper,
  callHelpers,
  expectRefusal,
  expireCachedToken,
  sameToken,
  setUp,
} from '../harness/sign-in/helper-calls.ts'
import { type RecordingBrowser, recordingBrowser } from '../harness/sign-in/recording-browser.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

describe('many helpers at the moment of expiry', () => {
  let gateway: DevGateway
  let home: ThrowawayHome
  beforeEach(async () => {
    gateway = await startDevGateway()
    home = await createHome({ gateway, clients: 'stub' })
  })
  afterEach(async () => {
    await gateway.stop()
    await home.remove()
  })

  it('S113 A1 a hundred helpers: one token request, a hundred equal tokens, no refresh token used twice', {
    timeout: 300_000,
  }, async () => {
    await setUp(home)
    const before = sameToken([await callHelper(home)])
    await expireCachedToken(home)
    gateway.clearRequests()
    const token = sameToken(await callHelpers(home, 100))
    expect(token).not.toBe(before)
    expect(gateway.counters).toMatchObject({
      tokenRequests: 1,
      refreshRequests: 1,
      authorizationRequests: 0,
      browserStarts: 0,
    })
    // The issuer revokes a grant whose refresh token comes twice, and every token of it: it still renews.
    await expireCachedToken(home)
    expect(sameToken([await callHelper(home)])).not.toBe(token)
    expect(gateway.counters).toMatchObject({ tokenRequests: 2, browserStarts: 0 })
  })
})

describe('many helpers and nobody signed in', () => {
  let gateway: DevGateway
  let home: ThrowawayHome
  let browser: RecordingBrowser
  beforeEach(async () => {
    gateway = await startDevGateway()
    home = await createHome({ gateway, clients: 'stub' })
    browser = await recordingBrowser(home)
  })
  afterEach(async () => {
    await gateway.stop()
    await home.remove()
  })
  const waiting = () => callHelpers(home, 20, ['--client', 'claude-code'], { env: { BROWSER: browser.path } })

  it('S114 setup --lazy asks the issuer for nothing; then twenty helpers open one browser and share its login', {
    timeout: 300_000,
  }, async () => {
    await setUp(home, ['--lazy'])
    expect(gateway.counters).toMatchObject({ authorizationRequests: 0, tokenRequests: 0, browserStarts: 0 })

    const helpers = waiting()
    const url = await browser.firstUrl()
    // A person takes a while; meanwhile the other helpers come and wait for the same login.
    await sleep(3000)
    expect((await gateway.visit(url)).body).toContain('You are signed in')
    sameToken(await helpers)
    expect(await browser.urls()).toEqual([url])
    expect(gateway.counters).toMatchObject({ authorizationRequests: 1, logins: 1, tokenRequests: 1 })
  })

  it('A11 a denied login ends every waiting helper with code 3, and opens no browser again within the cool-down', {
    timeout: 300_000,
  }, async () => {
    await setUp(home, ['--lazy'])
    gateway.set({ consent: 'deny' })
    const helpers = waiting()
    await gateway.visit(await browser.firstUrl())
    for (const result of await helpers) expectRefusal(result, 3, /denied/)
    for (const result of await waiting()) expectRefusal(result, 3, /denied/)
    expect(await browser.urls()).toHaveLength(1)
    expect(gateway.counters).toMatchObject({ authorizationRequests: 1, logins: 0, tokenRequests: 0 })

    // The cool-down is for what happens by itself: a person who asks for a login gets one.
    gateway.set({ consent: 'approve' })
    expect(await home.gate(['login'])).toMatchObject({ code: 0 })
    sameToken(await waiting())
    expect(await browser.urls()).toHaveLength(1)
  })
})
