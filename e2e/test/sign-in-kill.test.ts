import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KillPoint, listCalls, momentsOf, runKilled } from '../harness/kill/kill-runs.ts'
import { callHelper, expireCachedToken, sameToken, setUp } from '../harness/sign-in/helper-calls.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const TOKEN = ['token', '--client', 'claude-code']
/** Homes in which kill points are tried at the same time. */
const LANES = 2
const LIMIT = { timeout: 600_000 }

describe('SIGKILL at every file-system call of a refresh', () => {
  let gateway: DevGateway
  let homes: ThrowawayHome[]
  const first = (): ThrowawayHome => {
    const [home] = homes
    if (home === undefined) throw new Error('no home')
    return home
  }
  beforeEach(async () => {
    gateway = await startDevGateway()
    homes = await Promise.all(Array.from({ length: LANES }, () => createHome({ gateway, clients: 'stub' })))
    for (const home of homes) await setUp(home)
  })
  afterEach(async () => {
    await gateway.stop()
    for (const home of homes) await home.remove()
  })

  const callsOf = async (home: ThrowawayHome): Promise<string[]> => {
    await expireCachedToken(home)
    return await listCalls(home, TOKEN)
  }
  const killOne = async (home: ThrowawayHome, point: KillPoint) => {
    await expireCachedToken(home)
    const { code, signal } = await runKilled(home, TOKEN, point)
    expect(signal ?? code, 'it was killed, or had no such call').toSatisfy((end) => end === 'SIGKILL' || end === 0)
    return signal === 'SIGKILL'
  }

  it('A2 within the issuer’s grace the next helper goes on with the previous refresh token', LIMIT, async () => {
    gateway.set({ rotationGrace: 600 })
    const calls = await callsOf(first())
    const points = momentsOf(calls)
    expect(points.length).toBeGreaterThan(60)
    gateway.clearRequests()
    const queue = [...points]
    let killed = 0
    const work = async (home: ThrowawayHome) => {
      for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
        if (await killOne(home, point)) killed += 1
        const next = await callHelper(home)
        expect(next, `killed ${point.when} ${calls[point.call - 1]}: ${next.stderr}`).toMatchObject({
          code: 0,
          stderr: '',
        })
      }
    }
    await Promise.all(homes.map(work))
    expect(killed).toBeGreaterThan(points.length - 10)
    expect(gateway.counters).toMatchObject({ browserStarts: 0, authorizationRequests: 0, logins: 0 })
  })

  it(
    'A2 without any grace there is at most one login, and none where the issuer had not been asked',
    LIMIT,
    async () => {
      const home = first()
      const calls = await callsOf(home)
      const asked = calls.findIndex((line) => line.includes('secrets.lock.'))
      expect(asked).toBeGreaterThan(0)
      const changes = /^\d+ (mkdir|writeFile|rename|unlink) /
      const points = momentsOf(calls).filter(
        ({ when, call }) => when !== 'after' && changes.test(calls[call - 1] ?? ''),
      )
      let needed = 0
      for (const point of points) {
        gateway.clearRequests()
        await killOne(home, point)
        sameToken([await callHelper(home, ['--client', 'claude-code'])])
        const { logins, browserStarts } = gateway.counters
        const where = `killed ${point.when} ${calls[point.call - 1]}`
        expect({ logins, browserStarts }, where).toSatisfy(() => logins === browserStarts && logins <= 1)
        if (point.call <= asked) expect(logins, where).toBe(0)
        needed += logins
        // It is over with that: the next expiry is renewed in silence.
        gateway.clearRequests()
        await expireCachedToken(home)
        sameToken([await callHelper(home, ['--client', 'claude-code'])])
        expect(gateway.counters, where).toMatchObject({ browserStarts: 0, refreshRequests: 1 })
      }
      expect(needed).toBeGreaterThan(0)
    },
  )
})
