import type { Connection, Host, Plan, Platform } from '@gate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClientSuite, onStage } from '../client-suite.js'
import { anyConnection } from '../test-connection.js'
import { expectSameTree } from '../tree-snapshot.js'

/** The same input gives the same plan, which is plain data, and any connection can be set up and undone. */
export function purityLaws(suite: ClientSuite): void {
  const { plugin, plan } = suite
  const platforms = Object.keys(suite.installations) as Platform[]
  describe.each(platforms)('any connection on %s', (platform) => {
    const scenario = { name: 'any connection', platform }

    if (plan) {
      it('has one plan, made without looking at the machine', () =>
        onStage(suite, scenario, async ({ host }) => {
          const detection = deepFreeze({ ...(await plugin.detect(host)) })
          fc.assert(
            fc.property(anyConnection(platform), (connection) => {
              const frozen = deepFreeze(connection)
              const made = plan(untouchable(host), frozen, detection)
              expect(plan(untouchable(host), structuredClone(frozen) as Connection, detection)).toEqual(made)
              expect(JSON.parse(JSON.stringify(made))).toEqual(made)
              expectOwnFiles(host, made)
            }),
          )
        }))
    }

    it('can be set up, is connected then, and can be undone', () =>
      onStage(suite, scenario, async ({ host, clientTree }) => {
        const before = await clientTree()
        await fc.assert(
          fc.asyncProperty(anyConnection(platform), async (connection) => {
            await host.write({ [connection.helper.command]: { content: '', mode: 0o755 } })
            if (connection.caFile !== undefined) await host.write({ [connection.caFile]: 'PEM' })
            const withFiles = await clientTree()
            await plugin.configure(host, connection)
            const { state, reasons } = await plugin.status(host, connection)
            expect(reasons).toEqual([])
            expect(state).toBe('connected')
            await plugin.revert(host)
            expectSameTree(await clientTree(), withFiles)
          }),
          { numRuns: 20 },
        )
        expect(before.size).toBeGreaterThan(0)
      }))
  })
}

function expectOwnFiles(host: Host, plan: Plan): void {
  for (const { file } of plan.edits) {
    expect(host.path.isAbsolute(file)).toBe(true)
    expect(host.path.normalize(file)).toBe(file)
  }
}

/** A host that a pure function may look at, but not touch. */
function untouchable(host: Host): Host {
  const forbidden = (what: string) =>
    new Proxy(
      {},
      {
        get() {
          throw new Error(`plan is not pure: it uses ${what}`)
        },
      },
    )
  const parts = Object.fromEntries(
    ['fs', 'process', 'clock', 'engine'].map((part) => [part, forbidden(`host.${part}`)]),
  )
  const toNative = () => {
    throw new Error('plan is not pure: it uses host.toNative')
  }
  return Object.freeze({ ...host, ...parts, toNative }) as unknown as Host
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}
