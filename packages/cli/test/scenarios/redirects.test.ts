import { startDevGateway } from '@gate/dev-gateway'
import { expect, test } from 'vitest'
import { startScripted } from '../../../sdk/test/harness/scripted-gateway.js'
import { snapshot } from '../../../sdk/test/harness/snapshot.js'
import { connectionFlags, createMachine, errorOf, json } from '../harness/machine.js'

test.each([
  [307, ''],
  [308, ''],
  // Everything leads to the one endpoint, as a rule of a web server does.
  [301, 'v1/messages'],
  [302, 'v1/messages'],
  [303, 'v1/messages'],
] as const)(
  'a gateway that answers %i to another host is refused at setup, and nothing is written',
  async (status, path) => {
    const gateway = await startDevGateway({ redirect: { status, location: `https://elsewhere.example.com/${path}` } })
    const machine = await createMachine({ gateway })
    const before = await snapshot(machine.home)
    const refused = await machine.gate('setup', ...connectionFlags(gateway), '--json')
    expect(refused.code).toBe(2)
    expect(errorOf(refused)).toMatchObject({ code: 'gateway-redirects' })
    expect(await snapshot(machine.home)).toEqual(before)
    expect(gateway.counters.authorizationRequests).toBe(0)
    await machine.remove()
    await gateway.stop()
  },
)

test('S129 what probing found is saved with the profile, and asked anew for another gateway', async () => {
  const gateway = await startDevGateway({ anthropicPath: '/anthropic', openaiPath: '/openai' })
  const machine = await createMachine({ gateway })
  await machine.gate('setup', '--lazy', ...connectionFlags(gateway))
  expect(json(await machine.gate('config', 'show', '--json'))).toMatchObject({
    anthropicPath: '/anthropic',
    openaiPath: '/openai',
  })
  expect(await machine.read('.claude/settings.json')).toContain(`${gateway.url}/anthropic"`)
  expect(await machine.read('.codex/config.toml')).toContain(`${gateway.url}/openai/v1"`)

  const everywhere = await startScripted(() => 401)
  await machine.gate('setup', '--lazy', '--gateway-url', everywhere.url)
  expect(json(await machine.gate('config', 'show', '--json'))).toMatchObject({ anthropicPath: '', openaiPath: '' })
  expect(await machine.read('.claude/settings.json')).toContain(`${everywhere.url}"`)
  await everywhere.stop()
  await machine.remove()
  await gateway.stop()
})
