import { readFile } from 'node:fs/promises'

/**
 * Names of environment variables that a version of OpenCode knows and that are in no list. Its program holds its source as
 * text.
 *
 * @param program The native program.
 */
export async function newOpencodeNames(program: string, listed: readonly string[]): Promise<string[]> {
  const text = (await readFile(program)).toString('latin1')
  const found = [...text.matchAll(/OPENCODE_[A-Z][A-Z0-9_]*/g)].map(([name]) => name)
  return [...new Set(found)].filter((name) => !listed.includes(name)).sort()
}
