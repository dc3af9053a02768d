import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plan } from '@gate/core'
import { expect, it } from 'vitest'
import { json, planOf } from '../support/plans.js'
import { createSandbox, leftoversIn, removeSandboxesAfterEach, type Sandbox } from '../support/sandbox.js'

removeSandboxesAfterEach()

const SCRIPT = fileURLToPath(new URL('children/rounds.mjs', import.meta.url))

async function run(sandbox: Sandbox, rounds: number, ...args: string[]): Promise<{ code: number; errors: string }> {
  const child = spawn(process.execPath, [SCRIPT, sandbox.home, `${sandbox.root}/gate`, String(rounds), ...args])
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, errors }
}

function plansFor(sandbox: Sandbox): Plan[] {
  const config = sandbox.path('.codex', 'config.toml')
  return [
    planOf('one', json(sandbox.path('s.json'), ['env', 'BASE'], 'one'), {
      kind: 'toml',
      file: config,
      path: ['model_provider'],
      value: 'gate',
    }),
    planOf('two', json(sandbox.path('s.json'), ['env', 'OTHER'], 'two'), {
      kind: 'toml',
      file: config,
      path: ['model_providers', 'gate'],
      value: { name: 'gate' },
    }),
  ]
}

it('law 7: F16 eight processes set up and tear down two clients in the same files', { timeout: 300_000 }, async () => {
  const sandbox = createSandbox()
  const text = '{\n  // mine\n  "env": { "FOO": "1" },\n}\n'
  writeFileSync(sandbox.path('s.json'), text)
  const plans = plansFor(sandbox)
  const processes = Array.from({ length: 8 }, (_, index) => run(sandbox, 3, 'gate', JSON.stringify(plans[index % 2])))
  expect(await Promise.all(processes)).toEqual(processes.map(() => ({ code: 0, errors: '' })))
  expect((await sandbox.host.engine.receipts()).map(({ clientId }) => clientId).toSorted()).toEqual(['one', 'two'])
  for (const plan of plans) {
    expect(await sandbox.host.engine.inspect(plan.clientId, plan)).toMatchObject({ drifts: [] })
    await sandbox.host.engine.revert(plan.clientId)
  }
  expect(readFileSync(sandbox.path('s.json'), 'utf8')).toBe(text)
  expect(readdirSync(sandbox.home)).toEqual(['s.json'])
  expect(leftoversIn(sandbox.root)).toEqual([])
  expect(readdirSync(`${sandbox.root}/gate/state/locks`)).toEqual([])
  expect(readdirSync(`${sandbox.root}/gate/state/journal`)).toEqual([])
})

it('law 7: F11 F16 the same with a client that rewrites the file all the time: it is never corrupt', {
  timeout: 300_000,
}, async () => {
  const sandbox = createSandbox()
  const file = sandbox.path('s.json')
  writeFileSync(file, '{}')
  const plans = plansFor(sandbox)
  const outcomes = await Promise.all([
    ...plans.map((plan) => run(sandbox, 6, 'gate', JSON.stringify(plan))),
    run(sandbox, 25, 'client', file, 'client'),
  ])
  expect(outcomes).toEqual(outcomes.map(() => ({ code: 0, errors: '' })))
  for (const plan of plans) {
    // The client replaces the whole file with what it read before, so it may drop keys of gate or bring them back.
    await sandbox.host.engine.apply(plan, { profile: 'p' })
    expect(await sandbox.host.engine.inspect(plan.clientId, plan)).toMatchObject({ drifts: [] })
  }
  for (const plan of plans) await sandbox.host.engine.revert(plan.clientId)
  // Between the last look and the rename lie microseconds that nobody can close; all else must be there.
  const keys = Object.keys(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)
  expect(keys.filter((key) => key.startsWith('client')).length).toBeGreaterThanOrEqual(22)
  expect(leftoversIn(sandbox.root)).toEqual([])
})
