import { type JsonSchemas, schemaViolation } from '@gate/client-kit'
import { type Host, isTable } from '@gate/core'
import type { FileFault } from './file-fault.js'
import schemas from './models-schema.json' with { type: 'json' }
import { modelsFile } from './paths.js'
import { PROVIDER } from './plan.js'

// The one in the package of pi 1.6.0, see e2e/test/client-schemas.test.ts.
const SCHEMAS = schemas as JsonSchemas

/**
 * Why pi drops `models.json` as a whole, gate's provider with it. It says so only in the window of an interactive session
 * and in `pi --list-models`; `pi -p` starts with another provider. Reads one file.
 *
 * @returns `undefined` when pi takes the file.
 */
export async function modelsFileFault(
  host: Host,
  why: (text: string) => FileFault | undefined = whyDropped,
): Promise<FileFault | undefined> {
  const text = await host.fs.readFile(modelsFile(host), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : why(text)
}

/**
 * The same for a text. pi removes line comments and trailing commas, parses strictly, and holds the result against its
 * schema (`model-config.js` of 1.6.0, the same steps in 0.87.1). Pure.
 */
export function whyDropped(text: string): FileFault | undefined {
  const parsed = parse(text)
  return 'fault' in parsed ? parsed.fault : faultOf(parsed.content)
}

/** The same for everything in a text but our provider and its table, which gate is about to write. Pure. */
export function whyDroppedBeside(text: string): FileFault | undefined {
  const parsed = parse(text)
  if ('fault' in parsed) return parsed.fault
  const { content } = parsed
  if (!isTable(content)) return faultOf(content)
  const { providers = {}, ...rest } = content
  if (!isTable(providers)) return faultOf(content)
  const { [PROVIDER]: _ours, ...others } = providers
  return faultOf({ ...rest, providers: others })
}

function parse(text: string): { readonly content: unknown } | { readonly fault: FileFault } {
  const strict = strictJson(text)
  try {
    return { content: JSON.parse(strict) }
  } catch {
    const comment = strict.search(/\/\*/)
    if (comment === -1) return { fault: { why: 'it is not JSON', path: [] } }
    const line = strict.slice(0, comment).split('\n').length
    return { fault: { why: 'it holds a block comment, and pi understands only // comments', path: [], line } }
  }
}

function faultOf(content: unknown): FileFault | undefined {
  const found = schemaViolation(content, SCHEMAS, 'Models')
  if (!found) return undefined
  const { path, wanted } = found
  const place = path.join('.')
  if (path.length === 0) return { why: 'it is not an object', path }
  return { why: wanted === undefined ? `it has no ${place}` : `${place} must be ${wanted}`, path }
}

/** Like pi: strings are kept as they are, and every line stays where it is. */
function strictJson(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*/g, '$1')
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, '$1')
}
