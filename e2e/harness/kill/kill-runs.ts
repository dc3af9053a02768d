import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { gateExecutable } from '../client-programs.ts'
import type { Snapshot } from '../home-snapshot.ts'
import type { Finished } from '../run-process.ts'
import type { ThrowawayHome } from '../throwaway-home.ts'

/** Node needs 100 ms to learn to read TypeScript, which hundreds of runs need not pay. */
async function preloadFor(home: ThrowawayHome): Promise<string> {
  const file = join(home.root, 'kill-at.mjs')
  const source = await readFile(join(import.meta.dirname, 'kill-at.ts'), 'utf8')
  await writeFile(file, stripTypeScriptTypes(source))
  return file
}

/** When a program is killed: before, after, or in the middle of its n-th file-system call. */
export interface KillPoint {
  readonly call: number
  readonly when: 'before' | 'after' | 'half'
  /** A regular expression: the n-th of the calls whose name and path match it. Default: of all calls. */
  readonly match?: string
}

/** Counts the file-system calls of a gate command that touch the home. */
export async function listCalls(home: ThrowawayHome, args: readonly string[]): Promise<string[]> {
  const report = join(home.root, 'calls')
  const env = { KILL_ROOT: home.home, KILL_AT: '0', KILL_REPORT: report }
  const preload = await preloadFor(home)
  const finished = await home.run(process.execPath, ['--import', preload, gateExecutable, ...args], { env })
  if (finished.code !== 0) throw new Error(`gate ${args.join(' ')} failed: ${finished.stdout}${finished.stderr}`)
  const lines = (await readFile(report, 'utf8')).trimEnd().split('\n')
  await rm(report)
  return lines
}

/** Runs a gate command and kills it; a point that it does not reach lets it end by itself. */
export async function runKilled(home: ThrowawayHome, args: readonly string[], point: KillPoint): Promise<Finished> {
  const match = point.match === undefined ? {} : { KILL_MATCH: point.match }
  const env = { KILL_ROOT: home.home, KILL_AT: String(point.call), KILL_WHEN: point.when, ...match }
  const preload = await preloadFor(home)
  return home.run(process.execPath, ['--import', preload, gateExecutable, ...args], { env })
}

/** A saved state of a home, at the same path as the home itself because gate's records name absolute paths. */
export interface SavedHome {
  restore(): Promise<void>
}

export async function saveHome(home: ThrowawayHome, name: string): Promise<SavedHome> {
  const saved = join(home.root, `saved-${name}`)
  const copy = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true } as const
  await rm(saved, { recursive: true, force: true })
  await cp(home.home, saved, copy)
  return {
    async restore() {
      await rm(home.home, { recursive: true, force: true })
      await mkdir(home.home)
      await cp(saved, home.home, copy)
    },
  }
}

/** Where Node keeps compiled code, which differs from run to run and is nothing that a command undoes or heals. */
const COMPILED = /(^|\/)gate\/compile\//

/**
 * Equal for two homes that a kill left alike: process ids, random names and times are left out, because a command that
 * comes next treats all dead processes alike.
 */
export function fingerprint(home: ThrowawayHome, entries: Snapshot): string {
  const told = [...entries].filter(([path]) => !COMPILED.test(path))
  const lines = told.map(([path, entry]) =>
    `${path} ${entry}`
      .replaceAll(home.root, '')
      .replace(/\b([0-9a-f]{8}|[0-9a-f]{16})\b/g, 'H')
      .replace(/\d{3,}/g, 'N'),
  )
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex')
}

/** Calls that leave what another process sees as it was, so that a kill after one is the kill before the next. */
const CHANGES_NOTHING = /^(l?stat|fstat|read|readFile|readdir|readlink|realpath|access|close|f?(data)?sync)(Sync)?$/

const isWrite = (line: string) => /^(write|append)/.test(nameOf(line))
const nameOf = (line: string) => line.split(' ')[1] ?? ''

/**
 * Every state of the disk in which a run can be killed: before the first call, after each that may change the disk, and in
 * the middle of a write. Before a call the disk is as the last change left it.
 */
export function killPoints(calls: readonly string[]): KillPoint[] {
  const points = calls.flatMap((line, index): KillPoint[] => {
    const call = index + 1
    if (CHANGES_NOTHING.test(nameOf(line)) && call !== calls.length) return []
    return [...(isWrite(line) ? [{ call, when: 'half' } as const] : []), { call, when: 'after' }]
  })
  return [{ call: 1, when: 'before' }, ...points]
}

/**
 * Before every call, in the middle of a write, and after the last: for a run that does more than change the disk, whose
 * requests go out between the calls.
 */
export function momentsOf(calls: readonly string[]): KillPoint[] {
  const points = calls.flatMap((line, index): KillPoint[] => {
    const call = index + 1
    return [{ call, when: 'before' }, ...(isWrite(line) ? [{ call, when: 'half' } as const] : [])]
  })
  return [...points, { call: calls.length, when: 'after' }]
}
