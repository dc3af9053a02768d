import type { Connection, Override } from '@gate/core'
import { createTestHost, type TestFiles, type TestHostInit, testConnection } from '@gate/plugin-testkit'
import { expect } from 'vitest'
import claudeCode from '../src/index.js'
import { overrides } from './overrides-of.js'

const USER = '~/.claude/settings.json'

/** Where Claude Code is started when a test says nothing else. */
export const WORK = '/home/user/work'

/** The rows of a machine that is set up, and then meets `init`. */
export async function rows(
  init: TestHostInit & { connection?: Partial<Connection>; user?: Record<string, unknown> } = {},
) {
  const { connection: changes, user, ...rest } = init
  const platform = init.platform ?? 'linux'
  const connection = testConnection(platform, changes)
  await using setup = await createTestHost({ platform, files: user ? { [USER]: JSON.stringify(user) } : {} })
  await claudeCode.configure(setup, connection)
  const cwd = init.cwd ?? (platform === 'linux' ? WORK : undefined)
  await using host = await createTestHost({ ...rest, root: setup.root, ...(cwd === undefined ? {} : { cwd }) })
  return await overrides(host, connection)
}

export const stringify = (files: Record<string, unknown>): TestFiles =>
  Object.fromEntries(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)]))

export const override = (source: Override['source'], location: string, displaces: string) =>
  expect.objectContaining({ source, location, displaces, severity: 'override' })
export const info = (source: Override['source'], location: string) =>
  expect.objectContaining({ source, location, severity: 'info' })
