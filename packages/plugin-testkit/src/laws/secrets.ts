import { describe, expect, it } from 'vitest'
import { CANARY, type ClientScenario, type ClientSuite, onStage, workingScenarios } from '../client-suite.js'
import type { Tree } from '../tree-snapshot.js'

/** Variables that hold secrets on users' machines. */
const SECRET_VARIABLES = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_CUSTOM_HEADERS',
  'AWS_SECRET_ACCESS_KEY',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CODEX_API_KEY',
  'GATE_TOKEN',
  'GEMINI_API_KEY',
  'GITHUB_TOKEN',
  'OPENAI_API_KEY',
]

/** The user's secrets stay where they are. */
export function secretLaws(suite: ClientSuite): void {
  describe.each(workingScenarios(suite))('secrets stay where they are: $name', (scenario) => {
    it('copies none into a file, a status, a note or an override', () =>
      onStage(suite, withSecrets(scenario), async ({ host, connection }) => {
        const { plugin } = suite
        const places = filesWithCanary(await host.snapshot())
        const detection = await plugin.detect(host)
        const { changes: _, ...configured } = await plugin.configure(host, connection)
        const status = await plugin.status(host, connection)
        expect(filesWithCanary(await host.snapshot())).toEqual(places)
        const { changes: __, ...reverted } = await plugin.revert(host)
        expect(filesWithCanary(await host.snapshot())).toEqual(places)
        expect(JSON.stringify({ detection, configured, status, reverted })).not.toContain(CANARY)
      }))
  })
}

function withSecrets(scenario: ClientScenario): ClientScenario {
  const secrets = Object.fromEntries(SECRET_VARIABLES.map((name) => [name, CANARY]))
  // The client reads this one as header lines; the name must not be taken for the secret.
  secrets.ANTHROPIC_CUSTOM_HEADERS = `X-Api-Key: ${CANARY}`
  return { ...scenario, env: { ...secrets, ...scenario.env } }
}

function filesWithCanary(tree: Tree): string[] {
  return [...tree].flatMap(([path, entry]) => (entry.kind === 'file' && entry.bytes.includes(CANARY) ? [path] : []))
}
