/**
 * Preload (`node --import`) that notes when a program replaces certain files: from the moment in which it last began to
 * read a file before it renames something over it, to the end of that rename. Between these two a write of another
 * program cannot be noticed by anybody, because a POSIX rename is unconditional.
 *
 * - `RACE_FILES`: the files, separated by `:`.
 * - `RACE_LOG`: gets one JSON line `{ file, from, to }` per replacement, in nanoseconds of the monotonic clock.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const files = new Set((process.env.RACE_FILES ?? '').split(':'))
const log = process.env.RACE_LOG ?? '/dev/null'
const lastRead = new Map<string, bigint>()
const { appendFileSync, readFileSync, renameSync } = fs
const { readFile, rename } = fs.promises

function noteRead(path: unknown): void {
  if (typeof path === 'string' && files.has(path)) lastRead.set(path, process.hrtime.bigint())
}

function noteRename(to: unknown): void {
  if (typeof to !== 'string' || !files.has(to)) return
  const window = { file: to, from: String(lastRead.get(to) ?? 0n), to: String(process.hrtime.bigint()) }
  appendFileSync(log, `${JSON.stringify(window)}\n`)
}

// A command line uses the synchronous calls, a program that embeds gate the others.
fs.promises.readFile = ((path: unknown, ...rest: unknown[]) => {
  noteRead(path)
  return (readFile as (...args: unknown[]) => unknown)(path, ...rest)
}) as typeof readFile

fs.readFileSync = ((path: unknown, ...rest: unknown[]) => {
  noteRead(path)
  return (readFileSync as (...args: unknown[]) => unknown)(path, ...rest)
}) as typeof readFileSync

fs.promises.rename = async (from, to) => {
  await rename(from, to)
  noteRename(to)
}

fs.renameSync = (from, to) => {
  renameSync(from, to)
  noteRename(to)
}

syncBuiltinESMExports()
