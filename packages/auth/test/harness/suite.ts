import { type DevGateway, type DevGatewayOptions, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { createMachine, type Machine, type MachineInit } from './machine.js'

/** A real issuer for the tests of a file, and a fresh machine for each test. */
export function suite(options: DevGatewayOptions = {}, machineInit: () => MachineInit = () => ({})) {
  const context = {} as { gateway: DevGateway; machine: Machine }
  const initial = { accessTokenLifetime: 3600, consent: 'approve', dateSkew: 0, rotationGrace: 0, ...options } as const
  beforeAll(async () => {
    context.gateway = await startDevGateway(options)
  })
  afterAll(() => context.gateway.stop())
  beforeEach(async () => {
    context.gateway.set({ ...initial, rewriteTokenResponse: undefined, rewriteDiscovery: undefined })
    context.gateway.clearRequests()
    const init = machineInit()
    context.machine = await createMachine({ ...init, env: { BROWSER: context.gateway.browser, ...init.env } })
  })
  afterEach(() => context.machine.remove())
  return context
}

/** The code of the GateError that a promise rejects with; fails when it resolves. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
  throw new Error('resolved, but a rejection was expected')
}
