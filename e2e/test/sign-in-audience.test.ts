import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callHelper, expireCachedToken, sameToken, setUp } from '../harness/sign-in/helper-calls.ts'
import { recordingBrowser } from '../harness/sign-in/recording-browser.ts'
import { DEVICE_PROMPT, shownText } from '../harness/sign-in/shown-text.ts'
import { startTlsFront, type TlsFront } from '../harness/sign-in/tls-front.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** An audience, and what of it every request to the issuer carries. */
const CASES = [
  {
    title: 'a URI goes out as resource (RFC 8707) and as audience',
    audience: 'https://llm.example/v1',
    sent: { resource: 'https://llm.example/v1', audience: 'https://llm.example/v1' },
  },
  {
    title: 'a name that is no URI goes out as audience alone',
    audience: 'llm gateway',
    sent: { resource: null, audience: 'llm gateway' },
  },
] as const

describe.each(CASES)('--audience: $title', ({ audience, sent }) => {
  let gateway: DevGateway
  let home: ThrowawayHome
  let front: TlsFront
  beforeEach(async () => {
    // The gateway takes tokens for this audience only.
    gateway = await startDevGateway({ audience, deviceInterval: 1 })
    home = await createHome({ gateway, clients: 'stub' })
    front = await startTlsFront(gateway.issuer, home.root)
    gateway.set({
      rewriteDiscovery: (document) => ({
        ...document,
        token_endpoint: `${front.origin}/token`,
        device_authorization_endpoint: `${front.origin}/device/auth`,
      }),
    })
  })
  afterEach(async () => {
    await front.stop()
    await gateway.stop()
    await home.remove()
  })

  const pick = (fields: URLSearchParams) => ({ resource: fields.get('resource'), audience: fields.get('audience') })
  const posted = () =>
    front.forms.map(({ path, fields }) => [path, fields.get('grant_type'), pick(fields)] satisfies unknown[])
  /** The gateway lets the token in, and the token says whom it is for. */
  const expectAccepted = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${gateway.url}/v1/models`, { headers })).status).toBe(200)
    expect(JSON.parse(`${Buffer.from(token.split('.')[1] ?? '', 'base64url')}`)).toMatchObject({ aud: audience })
  }

  it('in the authorization, the token and the refresh request, and the gateway takes the tokens', async () => {
    const browser = await recordingBrowser(home)
    await setUp(home, ['--lazy', '--audience', audience, '--ca-file', front.caFile])
    const login = home.gate(['login'], { env: { BROWSER: browser.path } })
    const { addresses } = await gateway.visit(await browser.firstUrl())
    expect(pick(new URL(addresses[1] ?? '').searchParams)).toEqual(sent)
    expect((await login).code).toBe(0)
    const first = sameToken([await callHelper(home)])
    await expectAccepted(first)
    await expireCachedToken(home)
    const second = sameToken([await callHelper(home)])
    expect(second).not.toBe(first)
    await expectAccepted(second)
    expect(posted()).toEqual([
      ['/token', 'authorization_code', sent],
      ['/token', 'refresh_token', sent],
    ])
  })

  it('in the device authorization, its polls and the refresh after it', async () => {
    await setUp(home, ['--lazy', '--audience', audience, '--ca-file', front.caFile])
    const shown = shownText(DEVICE_PROMPT)
    const finished = home.gate(['login', '--device'], { onStderr: shown.onStderr })
    await gateway.visit((await shown.found).groups?.address ?? '')
    const login = await finished
    expect(login, login.stderr).toMatchObject({ code: 0 })
    await expectAccepted(sameToken([await callHelper(home)]))
    await expireCachedToken(home)
    await expectAccepted(sameToken([await callHelper(home)]))
    const seen = posted()
    expect(seen[0]).toEqual(['/device/auth', null, sent])
    expect(seen.at(-1)).toEqual(['/token', 'refresh_token', sent])
    const polls = seen.slice(1, -1)
    expect(polls.length).toBeGreaterThan(0)
    for (const poll of polls) expect(poll).toEqual(['/token', DEVICE_GRANT, sent])
  })
})
