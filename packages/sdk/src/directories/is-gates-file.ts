import type { Host } from '@gate/core'
import type { OwnEntry } from '../ownership/own-entries.js'

/** Bytes. A file of gate's is smaller. */
const LARGEST = 16 * 1024 * 1024

/** Whether a file that has a name of gate's is this user's and says what gate writes. Never throws. */
export async function isGatesFile(host: Host, path: string, { says, isEmpty }: OwnEntry): Promise<boolean> {
  try {
    const { size, uid } = await host.fs.lstat(path)
    if ((host.process.uid !== undefined && uid !== host.process.uid) || size > (isEmpty ? 0 : LARGEST)) return false
    const text = says.length === 0 ? '' : await host.fs.readFile(path, 'utf8')
    return says.every((word) => text.includes(word))
  } catch {
    return false
  }
}
