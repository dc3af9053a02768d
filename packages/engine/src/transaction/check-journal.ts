import { advice, GateError, type Host } from '@gate/core'
import type { CommitJournal, Journal, JournalFile } from './journal-types.js'

const TEMPORARY = /^\..+\.gate-\d+-[0-9a-f]{16}\.tmp$/s

/**
 * Refuses a journal that no transaction of this engine can have written, whoever put it there: recovery replaces and removes
 * by it. Its temporary files lie beside the files that they replace and are named by gate, the directories that it
 * made lead to those files, its links stood in their place, and nothing is in gate's own directories. Pure.
 *
 * @param path The journal's own.
 * @throws GateError `recovery-conflict`.
 */
export function checkJournal(host: Pick<Host, 'path' | 'directories'>, path: string, journal: Journal): void {
  const { temps, createdDirectories } = journal
  const isTemporary = (temp: string) => isPath(host, temp) && TEMPORARY.test(host.path.basename(temp))
  const leadsTo = (files: readonly string[]) => (directory: string) =>
    isPath(host, directory) && files.some((file) => file.startsWith(withSeparator(host, directory)))
  let possible = temps.every(isTemporary) && createdDirectories.every(leadsTo(temps))
  if (journal.phase === 'commit') {
    const made = Object.values(journal.ledgerBefore.receipts)
      .flatMap(({ files }) => files)
      .flatMap((file) => file.createdDirectories)
    possible &&= journal.files.every((file) => isPossibleFile(host, file, journal, isTemporary))
    possible &&= journal.removedDirectories.every((directory) => isPath(host, directory) && made.includes(directory))
  }
  if (possible) return
  throw new GateError({
    code: 'recovery-conflict',
    message: `${path} holds notes about an interrupted change that gate cannot have written. Nothing was changed.`,
    file: path,
    fix: advice(`Look at ${path} and remove it.`),
  })
}

function isPossibleFile(
  host: Pick<Host, 'path' | 'directories'>,
  { path, target, temps, links = [] }: JournalFile,
  journal: CommitJournal,
  isTemporary: (temp: string) => boolean,
): boolean {
  const isBeside = (temp: string) => isTemporary(temp) && host.path.dirname(temp) === host.path.dirname(target)
  const places = [path, target, ...receiptsOf(journal).flatMap((file) => [file.path, file.target])]
  return (
    isPath(host, path) &&
    isPath(host, target) &&
    !isOwn(host, target) &&
    temps.every(isBeside) &&
    links.every((link) => isPath(host, link.path) && places.includes(link.path))
  )
}

function receiptsOf({ ledgerBefore, clientId }: CommitJournal) {
  return Object.hasOwn(ledgerBefore.receipts, clientId) ? (ledgerBefore.receipts[clientId]?.files ?? []) : []
}

/** As a plan may name it. */
function isPath(host: Pick<Host, 'path'>, path: string): boolean {
  return !path.includes('\0') && host.path.isAbsolute(path) && host.path.normalize(path) === path
}

function isOwn(host: Pick<Host, 'path' | 'directories'>, target: string): boolean {
  const { config, state, cache } = host.directories
  return [config, state, cache].some((directory) => target.startsWith(withSeparator(host, directory)))
}

function withSeparator(host: Pick<Host, 'path'>, directory: string): string {
  return directory.endsWith(host.path.sep) ? directory : directory + host.path.sep
}
