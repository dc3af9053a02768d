import type { Host } from '@gate/core'
import type { FileReceipt, Ledger, Origin, Receipt } from './receipt.js'

/** Where this gate works, for the receipts that it writes. */
export async function originOf(host: Host): Promise<Origin> {
  const { home } = host
  return { home, realHome: await host.fs.realpath(home).catch(() => home), state: host.directories.state }
}

/**
 * The ledger with the paths of today. One that came along with its home (a renamed account, another machine, a container)
 * names files below a home that is somebody else's now, or nobody's: they are those of the same name below this one.
 */
export async function rehomed(host: Host, ledger: Ledger): Promise<Ledger> {
  const entries = Object.entries(ledger.receipts)
  if (entries.every(([, { origin }]) => origin === undefined || origin.home === host.home)) return ledger
  const here = await originOf(host)
  const receipts = await Promise.all(
    entries.map(async ([id, receipt]) => [id, await rehomedReceipt(host, receipt, here)] as const),
  )
  return { version: 1, receipts: Object.fromEntries(receipts) }
}

async function rehomedReceipt(host: Host, receipt: Receipt, here: Origin): Promise<Receipt> {
  const { origin } = receipt
  if (!origin || origin.home === here.home) return receipt
  // Another HOME for one command leaves the record where it is, and the files that it names.
  const isElsewhere = origin.state !== here.state || !(await exists(host, origin.home))
  if (!isElsewhere) return receipt
  return {
    ...receipt,
    origin: here,
    rehomed: true,
    files: receipt.files.map((file) => rehomedFile(host, file, origin)),
  }
}

function rehomedFile(host: Host, file: FileReceipt, origin: Origin): FileReceipt {
  const at = (path: string) => below(host, path, origin.home) ?? below(host, path, origin.realHome) ?? path
  const { anchor } = file
  return {
    ...file,
    path: at(file.path),
    target: at(file.target),
    createdDirectories: file.createdDirectories.map(at),
    // Devices and inodes are those of the other place.
    ...(anchor && at(anchor.path) !== anchor.path ? { anchor: { path: at(anchor.path), id: '' } } : {}),
  }
}

function below(host: Host, path: string, home: string): string | undefined {
  if (path === home) return host.home
  return path.startsWith(home + host.path.sep) ? host.path.join(host.home, path.slice(home.length)) : undefined
}

async function exists(host: Host, path: string): Promise<boolean> {
  return host.fs.stat(path).then(
    () => true,
    () => false,
  )
}
