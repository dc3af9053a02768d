import { GateError, type Host } from '@gate/core'
import type { FileReceipt } from './receipt.js'
import { resolveTarget } from './resolve-target.js'

/**
 * Where the file of a receipt is now: where it was written, or, when it is not there any more, where its name leads
 * (somebody moved it into or out of a dotfiles repository). Undefined when it is gone.
 */
export async function locate(host: Host, file: FileReceipt): Promise<{ path: string; real: string } | undefined> {
  for (const path of [file.target, file.path]) {
    try {
      const target = await resolveTarget(host, path)
      if (target.stat) return { path, real: target.real }
    } catch (error) {
      if (!GateError.isInstance(error) || error.code !== 'file-dangling-link') throw error
    }
  }
  return undefined
}
