import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export type CorpusKind = 'json' | 'jsonc' | 'toml' | 'dotenv'

export interface CorpusFile {
  readonly kind: CorpusKind
  readonly name: string
  readonly text: string
}

const ROOT = new URL('../__fixtures__/corpus/', import.meta.url)

/** The files of one kind, decoded as the engine does it: as UTF-8, with the byte order mark kept. */
export function corpus(kind: CorpusKind): CorpusFile[] {
  const directory = new URL(`${kind}/`, ROOT)
  return readdirSync(fileURLToPath(directory))
    .sort()
    .map((name) => ({
      kind,
      name: `${kind}/${name}`,
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(new URL(name, directory))),
    }))
}
