import type { ExpectedOverride } from './override-row.ts'

type Settings = Readonly<Record<string, unknown>>

export const json = (value: unknown) => JSON.stringify(value, undefined, 2)
export const withEnv = (env: Readonly<Record<string, string>>): Settings => ({ env })
export const project = (settings: Settings) => ({ 'work/.claude/settings.json': json(settings) })
export const local = (settings: Settings) => ({ 'work/.claude/settings.local.json': json(settings) })
export const managed = (settings: Settings) => ({ 'claude-code/managed-settings.json': json(settings) })
export const dropIn = (name: string, settings: Settings) => ({
  [`claude-code/managed-settings.d/${name}`]: json(settings),
})

/** Adds variables to the user's own settings file, next to what gate wrote. */
export const userEnv = (added: Readonly<Record<string, string>>) => (text: string) => {
  const settings = JSON.parse(text) as { env?: object }
  return json({ ...settings, env: { ...settings.env, ...added } })
}
export const userKey = (added: Settings) => (text: string) => json({ ...(JSON.parse(text) as object), ...added })

export const inEnvironment = (name: string): ExpectedOverride => ({ source: 'environment', location: [name] })
export const inProject = (key: string): ExpectedOverride => ({
  source: 'project',
  location: ['.claude/settings.json', key],
})
export const inLocal = (key: string): ExpectedOverride => ({ source: 'local', location: ['settings.local.json', key] })
export const inUser = (key: string): ExpectedOverride => ({ source: 'user', location: ['settings.json', key] })
export const inManaged = (key: string): ExpectedOverride => ({ source: 'managed', location: ['managed-settings', key] })
