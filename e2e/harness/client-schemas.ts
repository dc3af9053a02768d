import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { opencodeExecutable } from './client-programs.ts'
import { PI_PACKAGE } from './pi.ts'
import { runProcess } from './run-process.ts'
import type { ThrowawayHome } from './throwaway-home.ts'

type Schema = Readonly<Record<string, unknown>>

const PLAIN = [
  'type',
  'const',
  'enum',
  'required',
  'minItems',
  'maxItems',
  'minLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'pattern',
]
/** What says nothing about which values are allowed. */
const SILENT = ['$schema', '$id', '$comment', '$defs', 'description', 'default', 'deprecated', 'title', 'examples']

/** The schemas of OpenCode's configuration file, as its own program prints them. */
export async function opencodeSchemas(home: ThrowawayHome): Promise<string> {
  const { stdout, stderr } = await runProcess(opencodeExecutable, ['generate'], {
    cwd: home.work,
    env: { ...home.env, OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' },
    timeoutMs: 60_000,
  })
  if (!stdout.startsWith('{')) throw new Error(stderr)
  const { components } = JSON.parse(stdout) as { components: { schemas: Readonly<Record<string, Schema>> } }
  return serialized('Config', components.schemas)
}

/** The schemas of pi's `models.json`, as its package brings them. */
export async function piSchemas(): Promise<string> {
  const text = await readFile(join(PI_PACKAGE, 'schemas/models.schema.json'), 'utf8')
  const root = JSON.parse(text) as { $defs: Readonly<Record<string, Schema>> }
  return serialized('Models', { ...root.$defs, Models: root })
}

/** The root and what it refers to, with what gate's check of values understands and nothing else. */
function serialized(root: string, all: Readonly<Record<string, Schema>>): string {
  const names = new Set([root])
  const found: Record<string, Schema> = {}
  for (const name of names) {
    const schema = all[name]
    if (schema === undefined) throw new Error(`no schema ${name}`)
    found[name] = reduced(schema, (referred) => names.add(referred))
  }
  return `${JSON.stringify(found, undefined, 2)}\n`
}

function reduced(schema: Schema, refer: (name: string) => void): Schema {
  const inner = (value: unknown) => reduced(value as Schema, refer)
  const each = (value: unknown) =>
    Object.fromEntries(Object.entries(value as Schema).map(([key, one]) => [key, inner(one)]))
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (SILENT.includes(key)) return []
    if (PLAIN.includes(key)) return [[key, value]]
    switch (key) {
      case '$ref': {
        const name = String(value).split('/').at(-1) ?? ''
        refer(name)
        return [[key, name]]
      }
      case 'properties':
        return [[key, each(value)]]
      case 'anyOf':
      case 'prefixItems':
        return [[key, (value as unknown[]).map(inner)]]
      case 'items':
        return [[key, inner(value)]]
      case 'additionalProperties':
        // `false`: keys that nobody knows are passed over, which was tried with both clients.
        return isEmpty(value) ? [] : [[key, inner(value)]]
      case 'patternProperties': {
        const [[pattern, one] = ['', {}], ...more] = Object.entries(value as Schema)
        if (more.length > 0 || !/^\^\(?\.\*\)?\$$/.test(pattern)) throw new Error(`keys like ${pattern}`)
        return isEmpty(one) ? [] : [['additionalProperties', inner(one)]]
      }
      default:
        throw new Error(`the schema says ${key}, which gate's check of values does not understand`)
    }
  })
  return Object.fromEntries(entries)
}

function isEmpty(schema: unknown): boolean {
  return typeof schema === 'boolean' || Object.keys(schema as object).length === 0
}
