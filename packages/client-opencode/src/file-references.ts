import { isFile } from '@gate/client-kit'
import type { Host, Table } from '@gate/core'
import type { ConfigDocument } from './config-document.js'

/**
 * Puts files in the place of `{file:path}`, wherever in a document that is: without the white space around what they say,
 * and a path counted from a directory unless it starts with `~/`. OpenCode does not start when one is not there (1.18.33).
 */
export async function withFiles(host: Host, document: ConfigDocument, directory: string): Promise<ConfigDocument> {
  let text = JSON.stringify(document.content) ?? ''
  if (!text.includes('{file:')) return document
  for (const [reference, name = ''] of text.matchAll(/\{file:([^}]+)\}/g)) {
    const path = JSON.parse(`"${name}"`) as string
    const file = path.startsWith('~/') ? host.path.join(host.home, path.slice(2)) : host.path.resolve(directory, path)
    // Reading what is no regular file might never end.
    if (!(await isFile(host, file))) return { ...document, content: undefined, missing: file }
    const content = await host.fs.readFile(file, 'utf8').catch(() => '')
    text = text.replace(reference, () => JSON.stringify(content.trim()).slice(1, -1))
  }
  return { ...document, content: JSON.parse(text) as Table }
}
