/**
 * Start-up of the built command and of the shim, as ratios to `node -e 0` and `sh -c :` in the same run: milliseconds
 * differ from machine to machine, ratios hardly. Exit code 1 when a budget is missed.
 *
 *     node e2e/bench/bench.js [rounds]
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { availableParallelism } from 'node:os'
import { startDevGateway } from '@gate/dev-gateway'
import { CLIENTS, createBenchHome } from './bench-home.js'

const ROUNDS = Number(process.argv[2] ?? 50)
const NODE = 'node -e 0'
const SHELL = 'sh -c :'
/** Highest ratios, each to the case that it names. */
const BUDGETS = {
  shim: { [NODE]: 0.15, [SHELL]: 4 },
  'gate token': { [NODE]: 1.25 },
  'gate status': { [NODE]: 3 },
  'gate setup, unchanged': { [NODE]: 4.5 },
}
/** Shims at once, and how much longer they may take than that many one after the other, shared among the cores. */
const AT_ONCE = 100
const AT_ONCE_BUDGET = 1.5
/** Helpers at the moment at which the token expires, and how much longer they may take than that many `node -e 0`. */
const STORM = 60
const STORM_BUDGET = 3
/** A storm takes as long as all other cases together. */
const ROUNDS_PER_STORM = 10

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

/**
 * Makes a cached token one that has just expired.
 *
 * @param {string} file
 */
async function expire(file) {
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace(/"(refreshAt|expiresAt)":\d+/g, `"$1":${Date.now() - 1_000}`))
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
const { issuer, clientId, browser } = gateway
const home = await createBenchHome({ gatewayUrl: `http://127.0.0.1:${port}`, issuer, clientId, browser })
const { env, gate } = home
try {
  // A cached login, paths that are known and a gateway on loopback: what is left is the command's own time.
  await measure(home.setup, env)
  const named = CLIENTS.flatMap((id) => ['--client', id])
  const shim = await home.shim()
  /** Started by a shell, so that the time is that of the shims and not of whoever starts them. */
  const crowd = (/** @type {number} */ size) => {
    const line = `i=0; while [ $i -lt ${size} ]; do "$0" >/dev/null & i=$((i+1)); done; wait`
    return ['/bin/sh', '-c', line, shim]
  }
  const together = `${AT_ONCE} shims at once`
  const storm = `${STORM} helpers at expiry`
  const cases = [
    { name: NODE, command: [process.execPath, '-e', '0'] },
    { name: SHELL, command: ['/bin/sh', '-c', ':'] },
    { name: 'shim', command: [shim] },
    { name: together, command: crowd(AT_ONCE) },
    { name: 'gate --version', command: gate('--version') },
    { name: 'gate token', command: gate('token') },
    { name: 'gate status', command: gate('status', ...CLIENTS) },
    { name: 'gate status, all plugins', command: gate('status') },
    { name: 'gate setup', command: gate('setup', ...named), before: () => measure(gate('teardown'), env) },
    { name: 'gate setup, unchanged', command: gate('setup', ...named) },
    { name: storm, command: crowd(STORM), every: ROUNDS_PER_STORM, before: () => expire(home.token) },
  ]
  /** @type {Map<string, number[]>} */
  const times = new Map(cases.map(({ name }) => [name, []]))
  let refreshes = 0
  // Interleaved, so that a busy moment of the machine meets every case; the first two rounds fill caches.
  for (let round = -2; round < ROUNDS; round++) {
    for (const { name, command, before, every = 1 } of cases) {
      if (round % every !== 0) continue
      await before?.()
      gateway.clearRequests()
      const milliseconds = await measure(command, env)
      if (name === storm) refreshes = Math.max(refreshes, gateway.counters.refreshRequests)
      if (round >= 0) times.get(name)?.push(milliseconds)
    }
  }

  /** @param {string} name */
  const medianOf = (name) => median(times.get(name) ?? [])
  const cores = availableParallelism()
  let missed = false
  /** @param {number} ratio @param {number} budget @param {string} of */
  const verdict = (ratio, budget, of) => {
    missed ||= ratio > budget
    return `  ${ratio.toFixed(2)} × ${of}, budget ${budget}: ${ratio <= budget ? 'pass' : 'FAIL'}`
  }
  console.log(`medians of ${ROUNDS} interleaved runs, Node ${process.version}, clients: ${CLIENTS.join(' ')}`)
  for (const name of times.keys()) {
    const own = medianOf(name)
    const verdicts = Object.entries(BUDGETS[name] ?? {}).map(([of, budget]) => verdict(own / medianOf(of), budget, of))
    if (name === together) {
      const shared = (AT_ONCE * medianOf('shim')) / cores
      verdicts.push(verdict(own / shared, AT_ONCE_BUDGET, `${AT_ONCE} × shim ÷ ${cores} cores`))
    }
    if (name === storm) {
      const shared = (STORM * medianOf(NODE)) / cores
      verdicts.push(verdict(own / shared, STORM_BUDGET, `${STORM} × ${NODE} ÷ ${cores} cores`))
      verdicts.push(verdict(refreshes, 1, 'refresh request'))
    }
    const ratio = (own / medianOf(NODE)).toFixed(2).padStart(5)
    console.log(`${name.padEnd(24)} ${own.toFixed(1).padStart(6)} ms  ratio ${ratio}${verdicts.join('')}`)
  }
  process.exitCode = missed ? 1 : 0
} finally {
  stopwatch.disconnect()
  await gateway.stop()
  endpoint.close()
  await home.remove()
}
