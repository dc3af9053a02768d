/**
 * A program that rewrites the clients' files the way the clients do: read, change, write beside, rename. It runs until
 * its stdin ends and then prints every write, with the time of its rename, as JSON.
 *
 * Arguments: the settings.json, the config.toml, and the longest pause between two writes in milliseconds.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ForeignWrite } from './foreign-write.ts'

const [settings = '', config = '', pause = '100'] = process.argv.slice(2)
const writes: ForeignWrite[] = []
let running = true
process.stdin.on('end', () => {
  running = false
})
process.stdin.resume()

/** Claude Code parses and re-serialises everything. */
function addToJson(text: string, key: string): string {
  return `${JSON.stringify({ ...(JSON.parse(text) as object), [key]: true }, undefined, 2)}\n`
}

/** Codex edits in place and appends new tables. */
function addToToml(text: string, key: string): string {
  return `${text}${text.endsWith('\n') || text === '' ? '' : '\n'}\n[${key}]\nforeign = true\n`
}

function write(file: string, key: string, add: (text: string, key: string) => string): void {
  const temp = `${file}.tmp.${process.pid}.foreign`
  writeFileSync(temp, add(readFileSync(file, 'utf8'), key))
  const from = process.hrtime.bigint()
  renameSync(temp, file)
  writes.push({ file, key, from: String(from), to: String(process.hrtime.bigint()) })
}

for (let count = 0; running; count++) {
  const key = `foreign_${count}`
  if (count % 2 === 0) write(settings, key, addToJson)
  else write(config, key, addToToml)
  await sleep(Math.random() * Number(pause))
}
process.stdout.write(JSON.stringify(writes))
