/**
 * Start-up of the built command and of the shim, as ratios to `node -e 0` and `sh -c :` in the same run: milliseconds
 * differ from machine to machine, ratios hardly. Exit code 1 when a budget is missed.
 *
 *     node e2e/bench/bench.js [rounds]
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDevGateway } from '@gate/dev-gateway'

const GATE = fileURLToPath(new URL('../../packages/cli/bin/run.js', import.meta.url))
const ROUNDS = Number(process.argv[2] ?? 50)
const NODE = 'node -e 0'
const SHELL = 'sh -c :'
const CLIENTS = ['claude-code', 'codex']
/** Answers of the clients when they are asked what they use. */
const SAYS = {
  claude: {
    loggedIn: true,
    authMethod: 'api_key_helper',
    apiProvider: 'firstParty',
    apiKeySource: 'apiKeyHelper',
  },
  codex: { checks: { 'config.load': { details: { 'model provider': 'gate' } } } },
}
/** Highest ratios, each to the case that it names. */
const BUDGETS = {
  shim: { [NODE]: 0.15, [SHELL]: 4 },
  'gate token': { [NODE]: 1.5 },
  'gate status': { [NODE]: 4 },
  'gate setup': { [NODE]: 6 },
}
/** Shims at once, and how much longer they may take than that many one after the other, shared among the cores. */
const AT_ONCE = 100
const AT_ONCE_BUDGET = 1.5

const stopwatch = fork(new URL('stopwatch.js', import.meta.url))

/**
 * Milliseconds from start to end of one process.
 *
 * @param {readonly string[]} command @param {NodeJS.ProcessEnv} env @returns {Promise<number>}
 */
async function measure(command, env) {
  stopwatch.send({ command, env })
  const [{ milliseconds, error }] = await once(stopwatch, 'message')
  if (error !== undefined) throw new Error(error)
  return milliseconds
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

// Answers at once, as an API does to an invalid request, so that what is measured is the command and not a wait.
const endpoint = createServer((request, response) => {
  const isApi = /^\/v1\/(?:messages|responses)$/.test(request.url ?? '')
  const error = { type: 'invalid_request_error', message: 'bench' }
  response.writeHead(isApi ? 400 : 404).end(isApi ? JSON.stringify({ type: 'error', error }) : '')
})
await once(endpoint.listen(0, '127.0.0.1'), 'listening')
const { port } = /** @type {import('node:net').AddressInfo} */ (endpoint.address())

const gateway = await startDevGateway()
const home = await mkdtemp(join(tmpdir(), 'gate-bench-'))
try {
  const bin = join(home, 'bin')
  for (const directory of [bin, join(home, '.claude'), join(home, '.codex')]) await mkdir(directory)
  await symlink(process.execPath, join(bin, 'node'))
  // They say at once that they use what gate wrote: their own time is not the command's.
  for (const [client, says] of Object.entries(SAYS)) {
    await writeFile(join(bin, client), `#!/bin/sh\nprintf %s '${JSON.stringify(says)}'\n`, { mode: 0o755 })
  }
  // NODE_EXTRA_CA_CERTS alone costs Node 20 about 50 ms per start, and nothing of the caller belongs in here anyway.
  const env = {
    HOME: home,
    PATH: `${bin}:/usr/bin:/bin`,
    BROWSER: gateway.browser,
    GATE_SECRET_STORE: 'file',
    GATE_SECRET_STORE_PASSPHRASE: 'bench',
  }
  // A cached login, paths that are known and a gateway on loopback: what is left is the command's own time.
  await measure(
    [
      ...[
        process.execPath,
        GATE,
        'setup',
        '--gateway-url',
        `http://127.0.0.1:${port}`,
        '--issuer',
        gateway.issuer,
        '--client-id',
        gateway.clientId,
      ],
      ...['--anthropic-path', '', '--openai-path', ''],
    ],
    env,
  )

  const named = CLIENTS.flatMap((id) => ['--client', id])
  const gate = (/** @type {string[]} */ ...args) => [process.execPath, GATE, ...args]
  const helpers = join(home, '.local', 'state', 'gate', 'bin')
  const [helper = ''] = await readdir(helpers)
  const shim = join(helpers, helper)
  // Started by a shell, so that the time is that of the shims and not of whoever starts them.
  const crowd = `i=0; while [ $i -lt ${AT_ONCE} ]; do "$0" >/dev/null & i=$((i+1)); done; wait`
  const together = `${AT_ONCE} shims at once`
  const cases = [
    { name: NODE, command: [process.execPath, '-e', '0'] },
    { name: SHELL, command: ['/bin/sh', '-c', ':'] },
    { name: 'shim', command: [shim] },
    { name: together, command: ['/bin/sh', '-c', crowd, shim] },
    { name: 'gate --version', command: gate('--version') },
    { name: 'gate token', command: gate('token') },
    // The budgets are for two clients, as set up here; what the plugins of clients that are not installed add is shown.
    { name: 'gate status', command: gate('status', ...CLIENTS) },
    { name: 'gate status, all plugins', command: gate('status') },
    { name: 'gate setup', command: gate('setup', ...named), before: gate('teardown') },
    { name: 'gate setup, unchanged', command: gate('setup', ...named) },
  ]
  /** @type {Map<string, number[]>} */
  const times = new Map(cases.map(({ name }) => [name, []]))
  // Interleaved, so that a busy moment of the machine meets every case; the first two rounds fill caches.
  for (let round = -2; round < ROUNDS; round++) {
    for (const { name, command, before } of cases) {
      if (before) await measure(before, env)
      const milliseconds = await measure(command, env)
      if (round >= 0) times.get(name)?.push(milliseconds)
    }
  }

  /** @param {string} name */
  const medianOf = (name) => median(times.get(name) ?? [])
  let missed = false
  /** @param {number} ratio @param {number} budget @param {string} of */
  const verdict = (ratio, budget, of) => {
    missed ||= ratio > budget
    return `  ${ratio.toFixed(2)} × ${of}, budget ${budget}: ${ratio <= budget ? 'pass' : 'FAIL'}`
  }
  console.log(`medians of ${ROUNDS} interleaved runs, Node ${process.version}`)
  for (const name of times.keys()) {
    const own = medianOf(name)
    const verdicts = Object.entries(BUDGETS[name] ?? {}).map(([of, budget]) => verdict(own / medianOf(of), budget, of))
    if (name === together) {
      const shared = (AT_ONCE * medianOf('shim')) / availableParallelism()
      verdicts.push(verdict(own / shared, AT_ONCE_BUDGET, `${AT_ONCE} × shim ÷ ${availableParallelism()} cores`))
    }
    const ratio = (own / medianOf(NODE)).toFixed(2).padStart(5)
    console.log(`${name.padEnd(22)} ${own.toFixed(1).padStart(6)} ms  ratio ${ratio}${verdicts.join('')}`)
  }
  process.exitCode = missed ? 1 : 0
} finally {
  stopwatch.disconnect()
  await gateway.stop()
  endpoint.close()
  await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
