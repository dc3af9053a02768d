import { openGate } from '@gate/sdk'
import { expect, test } from 'vitest'
import { startScripted } from '../../../sdk/test/harness/scripted-gateway.js'
import { hostOn } from '../../../sdk/test/harness/session.js'
import { exitCodeOfSetup, exitCodeOfStatus } from '../../src/exit-codes.js'
import { installation } from '../../src/installation.js'
import { doctorJson } from '../../src/print/doctor.js'
import { setupJson, setupText } from '../../src/print/setup.js'
import { statusJson } from '../../src/print/status.js'
import { createMachine } from '../harness/machine.js'
import { type Outcome, SHAPES } from './shapes.js'

const TOKEN = 'canary-Token-0123456789-of-the-shapes'
const CLIENTS = [
  ['claude-code', 'anthropic'],
  ['codex', 'openai'],
] as const

/** What the four commands must say of a client, by what it can do. */
const SETUP = { works: 'configured', unspoken: 'skipped', rejected: 'configured', unknown: 'configured' } as const
const STATE = { works: 'connected', unspoken: 'detected', rejected: 'no-token', unknown: 'connected' } as const
const LIVE = { works: 'answered', unspoken: 'not-offered', rejected: 'rejected', unknown: 'failed' } as const
const VERDICT = { works: 'speaks', unspoken: 'does-not', rejected: undefined, unknown: 'unknown' } as const

test('the table is long enough, and every shape has a name of its own', () => {
  expect(SHAPES.length).toBeGreaterThanOrEqual(30)
  expect(new Set(SHAPES.map(({ name }) => name)).size).toBe(SHAPES.length)
})

test.each(SHAPES)('$name: setup, status, --live and doctor say the same', async (shape) => {
  const gateway = await startScripted((_method, _path, request) => shape.answer(request))
  const machine = await createMachine()
  const given = { ...machine, env: { ...machine.env, GATE_TOKEN: TOKEN } }
  const gate = openGate({ host: hostOn(given), installation: installation() })
  try {
    const changes = { gatewayUrl: gateway.url, authKind: 'api-key' as const }
    const done = await gate.setup({ changes })
    const [looked, live, checked] = [
      await gate.status(),
      await gate.status({ live: true }),
      await gate.doctor({ live: true }),
    ]
    const told = JSON.stringify([setupJson(done), statusJson(looked), statusJson(live), doctorJson(checked)])
    expect(told).not.toContain(TOKEN)
    expect(told).not.toContain('0123456789-of')
    for (const moving of ['\u001b[2J', '\u202e']) expect(setupText(done)).not.toContain(moving)
    if (shape.says) expect(told).toContain(shape.says)
    expect(done.gateway.paths).toEqual({ anthropic: '', openai: '', ...shape.paths })

    for (const [index, [id, protocol]] of CLIENTS.entries()) {
      const outcome = shape.outcomes[index] as Outcome
      const of = <T extends { readonly id: string }>(list: readonly T[]) => list.find((each) => each.id === id)
      const client = of(done.clients)
      expect(client, `setup of ${id}`).toMatchObject({ result: SETUP[outcome] })
      expect(client?.error?.code).toBe(outcome === 'unspoken' ? 'protocol-not-spoken' : undefined)
      expect(client?.rejection?.code).toBe(outcome === 'rejected' ? 'token-rejected' : undefined)
      if (VERDICT[outcome]) expect(done.gateway.protocols[protocol]?.verdict).toBe(VERDICT[outcome])
      for (const seen of [looked, live]) {
        expect(of(seen.clients), `status of ${id}`).toMatchObject({ state: STATE[outcome] })
        const codes = [...(of(seen.clients)?.reasons ?? []), ...(of(seen.clients)?.notes ?? [])].map(({ code }) => code)
        expect(codes.includes('protocol-not-spoken')).toBe(outcome === 'unspoken')
        expect(codes.includes('token-rejected')).toBe(outcome === 'rejected')
      }
      const asked = live.live?.find((result) => result.protocol === protocol)
      // What leads elsewhere is told as that, and what nobody is configured for is no failure.
      const outcomes = outcome === 'unspoken' ? [LIVE[outcome], 'failed'] : [LIVE[outcome]]
      expect(outcomes, asked?.detail).toContain(asked?.outcome)
      const failed = checked.checks.filter(({ id: name, result }) => result === 'fail' && name.includes(protocol))
      if (outcome === 'works' || (outcome === 'unspoken' && done.clients.some(({ result }) => result === 'configured')))
        expect(failed).toEqual([])
      if (outcome === 'rejected') expect(failed).not.toEqual([])
    }
    const works = shape.outcomes.filter((outcome) => outcome === 'works').length
    const bad = shape.outcomes.filter((outcome) => outcome === 'rejected').length
    const nothing = shape.outcomes.every((outcome) => outcome === 'unspoken')
    expect(exitCodeOfSetup(done, []) === 0, 'exit code of setup').toBe(!nothing && bad === 0)
    const gatewayNotes = done.notes.filter(({ code }) => /protocol|unreachable/.test(code))
    if (works === 2) expect([exitCodeOfStatus(live, false), gatewayNotes]).toEqual([0, []])
    if (works === 0) expect(exitCodeOfStatus(live, false)).not.toBe(0)
  } finally {
    await machine.remove()
    await gateway.stop()
  }
})
