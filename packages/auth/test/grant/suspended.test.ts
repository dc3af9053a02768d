import { expect, it } from 'vitest'
import { runHelper, startHelper } from '../harness/helper-processes.js'
import { signInWithFile } from '../harness/machine.js'
import { suite } from '../harness/suite.js'

const context = suite()

it('A21 a helper that is suspended in its refresh does not overwrite what the next one stored', {
  timeout: 40_000,
}, async () => {
  const { gateway } = context
  const machine = await signInWithFile(context)
  gateway.set({ rotationGrace: 60 })
  await machine.expire()
  gateway.failToken({ kind: 'slow', delayMs: 1000 })
  const asleep = startHelper(machine, gateway)
  while (gateway.counters.tokenRequests === 0) await machine.host.clock.sleep(20)
  asleep.child.kill('SIGSTOP')
  // Its lock is taken over ten seconds after its last sign of life.
  const awake = await runHelper(machine, gateway)
  expect(awake.code).toBe(0)
  asleep.child.kill('SIGCONT')
  await asleep.finished
  await machine.expire()
  const next = await runHelper(machine, gateway)
  expect(next.code).toBe(0)
  expect(gateway.counters).toMatchObject({ logins: 0, browserStarts: 0 })
})
