import { advice, GateError, type Host } from '@gate/core'
import { discard, removeFile, renameOver, tempPathFor, writeTemp } from '../files/atomic-write.js'
import { makeDirectories, removeEmptyDirectories } from '../files/directories.js'
import { removeLink } from '../files/file-link.js'
import { assertWritable } from '../files/resolve-target.js'
import { digest, isUntouched, type Snapshot, takeSnapshot } from '../files/snapshot.js'
import { throwIfInterrupted } from '../lock/engine-lock.js'
import type { HeldLock } from '../lock/lock.js'
import { writeLedger } from '../receipts/ledger.js'
import type { Ledger } from '../receipts/receipt.js'
import { newJournalPath, removeJournal, writeJournal } from './journal.js'
import type { CommitJournal, JournalFile } from './journal-types.js'
import { rollBack } from './roll-back.js'
import { changes, contentOf, type FileResult, type FileTask, type Step, wayBack } from './step.js'

/** What the ledger and the directories shall be once the files are as computed. */
interface Settlement {
  readonly ledger: Ledger
  /** To be removed when they are empty; outermost first. */
  readonly removedDirectories: readonly string[]
}

export interface Transaction<R extends FileResult> {
  readonly clientId: string
  readonly ledgerBefore: Ledger
  readonly steps: readonly Step<R>[]
  /** Heeded until the decision to carry out; after that, finishing is the faster way out. */
  readonly signal?: AbortSignal | undefined
  settle(steps: readonly Step<R>[]): Settlement
}

// A client that rewrites its file at every attempt of ours is not going to stop. On a busy machine one that writes
// several times a second meets many attempts by chance, and they cost little.
const MAX_ATTEMPTS = 50

/**
 * Carries out a transaction entirely or not at all: everything is written beside the targets first, the decision is put
 * on the disk, and only then are files replaced, each after a look whether it is still what the result was computed for.
 * A file that changed meanwhile is computed again. What a kill leaves is finished or undone by `recover`.
 *
 * @returns The steps as they were carried out in the end.
 * @throws GateError what computing throws, `file-changed`, `lock-lost`, `disk-full`, `file-read-only`; the files are as
 * before then.
 */
export async function carryOut<R extends FileResult>(
  host: Host,
  lock: HeldLock,
  transaction: Transaction<R>,
): Promise<readonly Step<R>[]> {
  if (!transaction.steps.some(changes)) {
    const { ledger, removedDirectories } = transaction.settle(transaction.steps)
    await writeLedger(host, lock, ledger)
    await removeEmptyDirectories(host, removedDirectories)
    return transaction.steps
  }
  const run = new Run(host, lock, transaction)
  await run.prepare()
  await run.commit()
  return run.steps
}

class Run<R extends FileResult> {
  readonly #host: Host
  readonly #lock: HeldLock
  readonly #transaction: Transaction<R>
  readonly #journalPath: string
  readonly #temps = new Map<FileTask<R>, readonly [string, string]>()
  readonly #createdDirectories: readonly string[]
  steps: readonly Step<R>[]

  constructor(host: Host, lock: HeldLock, transaction: Transaction<R>) {
    this.#host = host
    this.#lock = lock
    this.#transaction = transaction
    this.#journalPath = newJournalPath(host)
    this.steps = transaction.steps
    for (const { task, snapshot } of this.steps) {
      const { real } = snapshot.target
      this.#temps.set(task, [tempPathFor(host, real), tempPathFor(host, real)])
    }
    const directories = this.steps.filter(changes).flatMap(({ snapshot }) => snapshot.target.missingDirectories)
    this.#createdDirectories = [...new Set(directories)].toSorted((a, b) => a.length - b.length)
  }

  /** Everything up to the decision. */
  async prepare(): Promise<void> {
    const writing = this.steps.filter(changes)
    await writeJournal(this.#host, this.#lock, this.#journalPath, {
      version: 1,
      phase: 'prepare',
      clientId: this.#transaction.clientId,
      files: writing.map(({ task }) => task.path),
      temps: this.#allTemps(),
      createdDirectories: this.#createdDirectories,
    })
    try {
      await makeDirectories(this.#host, this.#createdDirectories)
      for (const step of writing) await this.#writeTemp(step)
      throwIfInterrupted(this.#transaction.signal)
      await this.#decide()
    } catch (error) {
      for (const { task } of writing) await this.#discardTemps(task)
      await removeEmptyDirectories(this.#host, this.#createdDirectories)
      await removeJournal(this.#host, this.#journalPath).catch(() => {})
      throw error
    }
  }

  /** Everything after the decision. */
  async commit(): Promise<void> {
    const host = this.#host
    try {
      for (const { task } of this.steps.filter(changes)) await this.#commitFile(task)
      await writeLedger(host, this.#lock, this.#settlement().ledger)
    } catch (error) {
      // Whoever took the lock over has finished this work already. Otherwise all goes back; if even that is not
      // possible, the journal stays and the next command does it.
      if (!(GateError.isInstance(error) && error.code === 'lock-lost')) {
        await rollBack(host, this.#lock, this.#journalPath, this.#journal()).catch(() => {})
      }
      throw error
    }
    await removeEmptyDirectories(host, this.#settlement().removedDirectories)
    await removeJournal(host, this.#journalPath)
  }

  async #commitFile(task: FileTask<R>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const step = this.#stepOf(task)
      await this.#lock.assertHeld()
      const now = await takeSnapshot(this.#host, task.path)
      const same = now.fingerprint === step.snapshot.fingerprint
      if (same && (await isUntouched(this.#host, now))) return this.#replace(step)
      if (now.target.real !== step.snapshot.target.real || attempt === MAX_ATTEMPTS) throw keepsChanging(task.path)
      if (!same) await this.#computeAgain(task, now)
      if (!changes(this.#stepOf(task))) return this.#discardTemps(task)
    }
  }

  async #replace(step: Step<R>): Promise<void> {
    const { task, snapshot, result } = step
    const { real } = snapshot.target
    if (contentOf(step) !== undefined) return renameOver(this.#host, this.#tempsOf(task)[0], real)
    // First, because the journal tells by the file how far this is.
    for (const link of result.links ?? []) await removeLink(this.#host, link)
    await removeFile(this.#host, real)
  }

  async #computeAgain(task: FileTask<R>, snapshot: Snapshot): Promise<void> {
    const step: Step<R> = { task, snapshot, result: await task.compute(snapshot) }
    const [old, next] = this.#tempsOf(task)
    await assertWritable(this.#host, snapshot.target)
    await discard(this.#host, next)
    this.steps = this.steps.map((other) => (other.task === task ? step : other))
    // The new content gets the second name, so that at each moment the journal names one that is complete.
    this.#temps.set(task, [next, old])
    if (changes(step)) await this.#writeTemp(step)
    await this.#decide()
    await discard(this.#host, old)
  }

  async #writeTemp(step: Step<R>): Promise<void> {
    const content = contentOf(step)
    if (content === undefined) return
    const { task, snapshot, result } = step
    const { stat, real } = snapshot.target
    await writeTemp(this.#host, this.#tempsOf(task)[0], real, content, {
      mode: result.mode ?? stat?.mode ?? 0o600,
      ...(stat ? { owner: stat.owner, replaces: true } : {}),
    })
  }

  async #decide(): Promise<void> {
    await writeJournal(this.#host, this.#lock, this.#journalPath, this.#journal())
  }

  #journal(): CommitJournal {
    const { ledger, removedDirectories } = this.#settlement()
    return {
      version: 1,
      phase: 'commit',
      clientId: this.#transaction.clientId,
      files: this.steps.filter(changes).map((step) => this.#journalFile(step)),
      temps: this.#allTemps(),
      createdDirectories: this.#createdDirectories,
      removedDirectories,
      ledgerBefore: this.#transaction.ledgerBefore,
      ledgerAfter: ledger,
    }
  }

  #journalFile(step: Step<R>): JournalFile {
    const { task, snapshot, result } = step
    const { real, stat } = snapshot.target
    const content = contentOf(step)
    return {
      path: task.path,
      target: real,
      temps: this.#tempsOf(task),
      before: snapshot.sha,
      after: content === undefined ? null : digest(content),
      ...wayBack(step),
      mode: stat?.mode ?? 0o600,
      owner: stat?.owner ?? null,
      ...(result.links?.length ? { links: result.links } : {}),
    }
  }

  #settlement(): Settlement {
    return this.#transaction.settle(this.steps)
  }

  #stepOf(task: FileTask<R>): Step<R> {
    return this.steps.find((step) => step.task === task) as Step<R>
  }

  #tempsOf(task: FileTask<R>): readonly [string, string] {
    return this.#temps.get(task) as readonly [string, string]
  }

  #allTemps(): string[] {
    return [...this.#temps.values()].flat()
  }

  async #discardTemps(task: FileTask<R>): Promise<void> {
    for (const temp of this.#tempsOf(task)) await discard(this.#host, temp)
  }
}

function keepsChanging(file: string): GateError {
  return new GateError({
    code: 'file-changed',
    message: `Another program keeps changing ${file}. Nothing was changed by gate.`,
    file,
    fix: advice(`Close the program that works with ${file} and run the command again.`),
  })
}
