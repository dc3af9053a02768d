import { describe } from 'vitest'
import type { ClientSuite } from './client-suite.js'
import { concurrencyLaws } from './laws/concurrency.js'
import { crashLaws } from './laws/crash.js'
import { identityLaws } from './laws/identity.js'
import { purityLaws } from './laws/purity.js'
import { questionLaws } from './laws/questions.js'
import { refusalLaws } from './laws/refusal.js'
import { roundTripLaws } from './laws/round-trip.js'
import { secretLaws } from './laws/secrets.js'
import { userWinsLaws } from './laws/user-wins.js'

// Generous, because machines that run tests of many packages at once are slow.
const TIME_LIMIT_MS = 60_000

/**
 * Registers tests (vitest) that every client plugin must pass: the laws of gate's engine, seen through this plugin, on
 * machines of every platform, each in a temporary directory.
 *
 * @param suite The plugin, what makes its client installed, and the files that users have. Give at least one scenario
 * with no file, one with an empty file, hand-formatted ones, and ones that must be refused.
 */
export function testClientPlugin(suite: ClientSuite): void {
  describe(suite.plugin.displayName, { timeout: TIME_LIMIT_MS }, () => {
    identityLaws(suite)
    purityLaws(suite)
    roundTripLaws(suite)
    userWinsLaws(suite)
    refusalLaws(suite)
    secretLaws(suite)
    questionLaws(suite)
    concurrencyLaws(suite)
    crashLaws(suite)
  })
}
