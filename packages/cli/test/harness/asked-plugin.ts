/** Module text of a client that writes down every question, and answers with what lies in a file; its settings file and one variable count. */
export const ASKED_PLUGIN = `
import { appendFile, readFile, writeFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
const settings = (host) => join(host.home, 'asked.json')
const edits = (host, url) => ({ clientId: 'asked', edits: [
  { kind: 'json', dialect: 'jsonc', file: settings(host), path: ['gateway'], value: url },
] })
const base = { id: 'asked', displayName: 'Asked' }
export default {
  apiVersion: 1,
  ...base,
  detect: async () => ({ installed: true, version: '1.2.3', evidence: [] }),
  configure: async (host, connection, options) => ({
    ...(await host.engine.apply(edits(host, connection.gatewayUrl), { profile: connection.profile }, options)),
    clientNotes: [],
  }),
  revert: async (host, options) => ({ ...(await host.engine.revert('asked', options)), clientNotes: [] }),
  status: async (host, connection) => {
    const seen = await host.engine.inspect('asked', connection && edits(host, connection.gatewayUrl))
    const state = seen.receipt === undefined ? 'detected' : seen.drifts.length === 0 ? 'connected' : 'drifted'
    const reasons = state === 'drifted' ? seen.drifts.map((drift) => ({ code: 'drift-' + drift.reason, severity: 'error', message: 'other' })) : []
    return { ...base, state, version: '1.2.3', files: seen.files, reasons, overrides: [], notes: [] }
  },
  ask: async (host) => {
    await appendFile(join(host.home, 'questions.log'), 'asked\\n')
    const own = await readFile(settings(host), 'utf8').catch(() => '')
    const without = own.includes('gateway') ? undefined : await readFile(join(host.home, 'without.json'), 'utf8').catch(() => undefined)
    const answer = JSON.parse(without ?? await readFile(join(host.home, 'answer.json'), 'utf8'))
    if (answer === 'hang') await new Promise(() => {})
    if (answer === 'throw') throw new Error('no words')
    return answer
  },
  situation: async (host) => ({ files: [settings(host), join(host.home, 'layer.json')], variables: ['ASKED_LAYER'], detection: { installed: true, version: '1.2.3', evidence: [] } }),
}
`
