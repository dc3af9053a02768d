import { type Edit, isTable } from '@gate/core'
import { codecOf } from './codec/codec-of.js'
import { dottedPath, stepsOf } from './codec/edit-path.js'
import { sameValue } from './codec/same-value.js'
import { getIn } from './codec/value-path.js'

/**
 * Dotted paths of what stands inside values of gate's and is not of gate. Pure but for loading the codec.
 *
 * @throws GateError what the codec throws.
 */
export async function addedTo(
  text: string,
  edits: readonly Edit[],
  { path, kind }: { readonly path: string; readonly kind: Edit['kind'] },
): Promise<string[]> {
  if (kind === 'file' || edits.length === 0) return []
  const isStrict = edits.some((edit) => edit.kind === 'json' && edit.dialect === 'strict')
  const { value } = (await codecOf(kind)).read(text, { file: path, dialect: isStrict ? 'strict' : 'jsonc' })
  return edits.flatMap((edit) =>
    edit.kind === 'file' ? [] : additions(getIn(value, stepsOf(edit)), edit.value, dottedPath(stepsOf(edit))),
  )
}

function additions(found: unknown, written: unknown, path: string): string[] {
  if (Array.isArray(found) && Array.isArray(written)) {
    return found.some((item) => !written.some((own) => sameValue(item, own))) ? [path] : []
  }
  if (!isTable(found) || !isTable(written)) return []
  return Object.entries(found).flatMap(([key, value]) => {
    const inner = `${path}.${dottedPath([key])}`
    return Object.hasOwn(written, key) ? additions(value, written[key], inner) : [inner]
  })
}
