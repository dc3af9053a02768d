/**
 * Program that lives through several lifetimes of an access token in seconds. It runs under libfaketime, as everything
 * that it starts, so that the issuer, the gateway and the helpers are all at the same moment. Prints one JSON object.
 *
 * Arguments: lifetime of the tokens in seconds; how many lifetimes; how many moments; how many helpers at each moment.
 */
import { writeFileSync } from 'node:fs'
import { startDevGateway } from '@gate/dev-gateway'
import { createHome } from '../throwaway-home.ts'
import { shimOf } from './helper-calls.ts'

/** What happened, in seconds since the login. */
export interface LifetimeRun {
  readonly helpers: readonly { readonly at: number; readonly code: number | null; readonly stderr: string }[]
  /** Statuses with which the gateway answered a request with each token. */
  readonly statuses: readonly number[]
  /** Moments at which the issuer was asked for a new token. */
  readonly refreshes: readonly number[]
  readonly counters: Readonly<Record<string, number>>
}

const [lifetime = 0, lifetimes = 0, moments = 0, atOnce = 0] = process.argv.slice(2).map(Number)
const { LD_PRELOAD = '', FAKETIME_TIMESTAMP_FILE: clock = '' } = process.env
const inherited = Object.fromEntries(
  Object.entries(process.env).filter((entry): entry is [string, string] =>
    /^(LD_PRELOAD|NO_FAKE|FAKETIME)/.test(entry[0]),
  ),
)
if (LD_PRELOAD === '' || clock === '') throw new Error('this program runs under libfaketime')
const moveTo = (seconds: number) => writeFileSync(clock, `+${seconds}`)

moveTo(0)
const gateway = await startDevGateway({ accessTokenLifetime: lifetime })
const home = await createHome({ gateway, clients: 'stub', env: inherited })
try {
  const setup = await home.gate(['setup', ...home.connection])
  if (setup.code !== 0) throw new Error(setup.stderr)
  gateway.clearRequests()

  const helpers: { at: number; code: number | null; stderr: string }[] = []
  const statuses: number[] = []
  const refreshes: number[] = []
  for (let moment = 1; moment <= moments; moment++) {
    const at = (lifetime * lifetimes * moment) / moments
    moveTo(at)
    const before = gateway.counters.tokenRequests
    const shim = shimOf(home)
    const results = await Promise.all(
      Array.from({ length: atOnce }, () => home.run(shim, ['--client', 'claude-code'], { timeoutMs: 120_000 })),
    )
    for (let count = before; count < gateway.counters.tokenRequests; count++) refreshes.push(at)
    for (const { code, stdout, stderr } of results) {
      helpers.push({ at, code, stderr })
      const authorization = `Bearer ${stdout.trimEnd()}`
      statuses.push((await fetch(`${gateway.url}/v1/models`, { headers: { authorization } })).status)
    }
  }
  const run: LifetimeRun = { helpers, statuses, refreshes, counters: { ...gateway.counters } }
  process.stdout.write(JSON.stringify(run))
} finally {
  await gateway.stop()
  await home.remove()
}
