import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callHelper, callHelpers, expireCachedToken, sameToken, setUp } from '../harness/sign-in/helper-calls.ts'
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

  it(
    'S113 A1 a hundred helpers: one token request, a hundred equal tokens, no refresh token used twice',
    { timeout: 300_000 },
    async () => {
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
    },
  )
})
