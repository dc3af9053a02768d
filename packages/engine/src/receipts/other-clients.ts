import { advice, GateError, type Host } from '@gate/core'
import { reportOf } from '../codec/edit-path.js'
import type { FileEdits } from '../plan/check-plan.js'
import { overlap } from '../plan/edit-overlap.js'
import { locate } from './locate.js'
import type { FileReceipt, Ledger } from './receipt.js'

/** A file that gate set up for another client. */
interface OthersFile {
  readonly clientId: string
  readonly file: FileReceipt
  /** Where it is now; undefined when it is gone or cannot be looked at. */
  readonly real: string | undefined
}

/** What gate set up for all clients but one. */
export async function othersFiles(host: Host, ledger: Ledger, clientId: string): Promise<readonly OthersFile[]> {
  const others = Object.values(ledger.receipts).filter((receipt) => receipt.clientId !== clientId)
  return Promise.all(
    others.flatMap((receipt) =>
      receipt.files.map(async (file) => {
        // What is wrong with another client's file is for that client's commands to tell.
        const place = await locate(host, file).catch(() => undefined)
        return { clientId: receipt.clientId, file, real: place?.real }
      }),
    ),
  )
}

/**
 * Checks that edits take nothing that another client's setup owns: its teardown would give back a value that is gate's
 * own, or take away what this client needs.
 *
 * @param real Where the file of the edits is, with links followed.
 * @throws GateError `file-other-client`, naming the other client; the caller cannot force it.
 */
export function refuseOverlap(others: readonly OthersFile[], { path, edits }: FileEdits, real: string): void {
  for (const { clientId, file, real: place } of others) {
    const isSame = place === undefined ? file.target === real || file.path === path : place === real
    const edit = isSame && edits.find((one) => file.owned.some((owned) => overlap(one, owned.edit)))
    if (!edit) continue
    const key = reportOf(edit).path
    throw new GateError({
      code: 'file-other-client',
      message: `${key === '' ? path : `\`${key}\` in ${path}`} is part of what gate set up for ${clientId}. Nothing was changed.`,
      file: path,
      fix: advice('Undo the other setup first', { action: 'teardown', client: clientId }),
    })
  }
}
