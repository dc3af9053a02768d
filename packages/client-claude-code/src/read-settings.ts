import type { DocumentRead, Host } from '@gate/core'
import { knows } from './versions.js'

/** What became of reading a settings file. */
export type SettingsRead = DocumentRead | { readonly state: 'rejected' }

/**
 * Reads a settings file as Claude Code does: UTF-8, or UTF-16 of the lower byte first with a byte order mark (2.1.158; 2.0.34
 * drops such a file).
 *
 * `rejected` is what Claude Code cannot read either: no JSON object, or no regular file. `unreadable` is what gate alone
 * may be unable to read.
 */
export async function readSettings(host: Host, file: string, version: string | undefined): Promise<SettingsRead> {
  const read = await host.engine.readDocument(file, 'json')
  if (read.state !== 'unreadable') return read
  switch (read.error.code) {
    case 'file-unparsable': {
      const bytes = await host.fs.readFile(file).catch(() => Buffer.of())
      if (bytes[0] !== 0xff || bytes[1] !== 0xfe || !knows(version, 'utf16')) return { state: 'rejected' }
      const decoded = await host.engine.parseDocument(bytes.toString('utf16le'), 'json', file)
      return decoded.state === 'unreadable' ? { state: 'rejected' } : decoded
    }
    case 'file-wrong-shape':
    case 'file-not-regular':
    case 'file-dangling-link':
      return { state: 'rejected' }
    default:
      return read
  }
}
