import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const DIRECTORY = join(import.meta.dirname, '../../../docs/decisions')
const files = (await readdir(DIRECTORY)).sort()

test('no two decision records have one number', () => {
  expect(new Set(files.map((name) => name.slice(0, 4))).size).toBe(files.length)
})

describe.each(files)('%s', (name) => {
  test('has its number, a status with a date, and links that lead somewhere', async () => {
    const text = await readFile(join(DIRECTORY, name), 'utf8')
    const [title, , status] = text.split('\n')
    expect(title).toMatch(new RegExp(`^# ${name.slice(0, 4)} · \\S`))
    expect(status).toMatch(/^Status: accepted, \d{4}-\d\d-\d\d(?:\.|; superseded (?:in part )?by \[\d{4}\]\()/)
    for (const [, target = ''] of text.matchAll(/\]\((\d{4}-[^)#]+\.md)/g)) expect(files).toContain(target)
  })
})
