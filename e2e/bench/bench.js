/**
 * Start-up of the built command, as a ratio to `node -e 0` in the same run: milliseconds differ from machine to machine,
 * ratios hardly. Exit code 1 when a budget is missed.
 *
 *     node e2e/bench/bench.js [rounds]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDevGateway } from '@gate/dev-gateway'

const GATE = fileURLToPath(new URL('../../packages/cli/bin/run.js', import.meta.url))
const ROUNDS = Number(process.argv[2] ?? 25)
/** Highest ratio to `node -e 0`. */
const BUDGETS = { 'gate status': 5, 'gate setup': 6 }

/**
 * Milliseconds from start to end of one process.
 *
 * @param {readonly string[]} args @param {NodeJS.ProcessEnv} env @returns {Promise<number>}
 */
function measure(args, env) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint()
    const child = spawn(process.execPath, [...args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve(Number(process.hrtime.bigint() - start) / 1e6)
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${stderr}`))
    })
  })
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

// Answers at once, so that what is measured is the command and not the wait for a gateway.
const endpoint = createServer((_request, response) => response.writeHead(401).end())
await once(endpoint.listen(0, '127.0.0.1'), 'listening')
const { port } = /** @type {import('node:net').AddressInfo} */ (endpoint.address())

const gateway = await startDevGateway()
const home = await mkdtemp(join(tmpdir(), 'gate-bench-'))
try {
  const bin = join(home, 'bin')
  for (const directory of [bin, join(home, '.claude'), join(home, '.codex')]) await mkdir(directory)
  await symlink(process.execPath, join(bin, 'node'))
  for (const client of ['claude', 'codex']) await writeFile(join(bin, client), '#!/bin/sh\n', { mode: 0o755 })
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

  const cases = [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'gate --version', args: [GATE, '--version'] },
    { name: 'gate token', args: [GATE, 'token'] },
    { name: 'gate status', args: [GATE, 'status'] },
    { name: 'gate setup', args: [GATE, 'setup'], before: [GATE, 'teardown'] },
    { name: 'gate setup, unchanged', args: [GATE, 'setup'] },
  ]
  /** @type {Map<string, number[]>} */
  const times = new Map(cases.map(({ name }) => [name, []]))
  // Interleaved, so that a busy moment of the machine meets every case; the first two rounds fill caches.
  for (let round = -2; round < ROUNDS; round++) {
    for (const { name, args, before } of cases) {
      if (before) await measure(before, env)
      const milliseconds = await measure(args, env)
      if (round >= 0) times.get(name)?.push(milliseconds)
    }
  }

  const base = median(times.get('node -e 0') ?? [])
  let missed = false
  console.log(`medians of ${ROUNDS} interleaved runs, Node ${process.version}`)
  for (const [name, values] of times) {
    const ratio = median(values) / base
    const budget = BUDGETS[name]
    const verdict = budget === undefined ? '' : `  budget ${budget.toFixed(1)}  ${ratio <= budget ? 'pass' : 'FAIL'}`
    missed ||= budget !== undefined && ratio > budget
    console.log(
      `${name.padEnd(22)} ${median(values).toFixed(0).padStart(5)} ms  ratio ${ratio.toFixed(2).padStart(5)}${verdict}`,
    )
  }
  process.exitCode = missed ? 1 : 0
} finally {
  await gateway.stop()
  endpoint.close()
  await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
