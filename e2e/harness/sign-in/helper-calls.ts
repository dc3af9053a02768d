import { readdirSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Finished } from '../run-process.ts'
import type { CallOptions, ThrowawayHome } from '../throwaway-home.ts'

/** The shim that `gate setup` wrote for its one gateway: what clients are configured to run. */
export function shimOf(home: ThrowawayHome): string {
  const bin = join(home.home, '.local/state/gate/bin')
  const [shim, ...others] = readdirSync(bin).filter((name) => name.startsWith('gate-token-default-'))
  if (shim === undefined || others.length > 0) throw new Error(`not one helper in ${bin}`)
  return join(bin, shim)
}

/** Runs the shim as a client does. Default time limit 120 s: a hundred Node processes share two cores. */
export function callHelper(home: ThrowawayHome, args: readonly string[] = [], options: CallOptions = {}) {
  return home.run(shimOf(home), args, { timeoutMs: 120_000, ...options })
}

// $1: how many, $2: directory for what they say, then the helper.
const START_MANY = `
count=$1 out=$2; shift 2
n=0
while [ $n -lt "$count" ]; do
  n=$((n + 1))
  { "$@" >"$out/$n.out" 2>"$out/$n.err"; echo $? >"$out/$n.code"; } &
done
wait`

/**
 * Starts so many helpers at once and waits for all of them. A shell starts them: a hundred starts would keep this very
 * process, in which the issuer lives, from answering.
 */
export async function callHelpers(
  home: ThrowawayHome,
  count: number,
  args: readonly string[] = [],
  options: CallOptions = {},
): Promise<Finished[]> {
  const out = await mkdtemp(join(home.root, 'helpers-'))
  const line = ['-uc', START_MANY, 'sh', String(count), out, shimOf(home), ...args]
  const { timedOut } = await home.run('/bin/sh', line, { timeoutMs: 240_000, ...options })
  expect(timedOut).toBe(false)
  const results: Finished[] = []
  for (let n = 1; n <= count; n++) {
    const [stdout, stderr, code] = await Promise.all(
      ['out', 'err', 'code'].map((kind) => readFile(join(out, `${n}.${kind}`), 'utf8')),
    )
    results.push({ code: Number(code), signal: null, stdout: stdout ?? '', stderr: stderr ?? '', timedOut })
  }
  return results
}

/** All of them printed the same token and a newline, and nothing else anywhere. @returns That token. */
export function sameToken(results: readonly Finished[]): string {
  const odd = results.filter(({ code, stderr }) => code !== 0 || stderr !== '')
  expect(odd, `${odd.length} of ${results.length} helpers failed or complained`).toEqual([])
  const outputs = [...new Set(results.map(({ stdout }) => stdout))]
  expect(outputs).toHaveLength(1)
  expect(outputs[0]).toMatch(/^[\x21-\x7e]+\n$/)
  return outputs[0]?.trimEnd() ?? ''
}

/** It ended with this code, nothing on stdout, and one line on stderr that the pattern fits. */
export function expectRefusal(result: Finished, code: number, line: RegExp): void {
  expect(result, result.stderr).toMatchObject({ code, stdout: '' })
  expect(result.stderr).toMatch(/^gate: [^\n]+\n$/)
  expect(result.stderr).toMatch(line)
}

interface CachedToken {
  readonly token: string
  readonly issuedAt: number
  readonly refreshAt: number
  readonly expiresAt: number
}

function cacheFile(home: ThrowawayHome): string {
  return join(home.home, '.cache/gate/tokens/default.json')
}

/** What the cache of the profile holds. */
export async function cachedToken(home: ThrowawayHome): Promise<CachedToken> {
  return JSON.parse(await readFile(cacheFile(home), 'utf8')) as CachedToken
}

/** Makes the cached token one that expired a second ago, for gate as for the gateway. */
export async function expireCachedToken(home: ThrowawayHome): Promise<void> {
  const entry = await cachedToken(home)
  const back = entry.expiresAt - Date.now() + 1000
  const { issuedAt, refreshAt, expiresAt } = entry
  const older = { ...entry, issuedAt: issuedAt - back, refreshAt: refreshAt - back, expiresAt: expiresAt - back }
  await writeFile(cacheFile(home), JSON.stringify(older), { mode: 0o600 })
  home.gateway.expireAccessTokens()
}

/** `gate setup` with the connection of the home, which signs in unless `--lazy` is given. */
export async function setUp(home: ThrowawayHome, args: readonly string[] = [], options: CallOptions = {}) {
  const setup = await home.gate(['setup', ...home.connection, ...args], options)
  expect(setup, setup.stderr).toMatchObject({ code: 0 })
  return setup
}
