import { createNodeHost, syncFileSystem } from '@gate/engine/host'
import { type Gate, type GateInit, openGate, printable } from '@gate/sdk'
import { endProcess, watchNativeCall } from '@gate/sdk/token-command'
import { Command } from '@oclif/core/command'
import { installation } from './installation.js'
import { createLoginPresenter } from './print/login-presenter.js'
import { createProgress, type Progress } from './print/progress.js'
import { progressText } from './print/progress-text.js'
import { askNewPassphrase, askSecret, canPrompt } from './print/prompt.js'
import { reserveStdout, writeError, writeOut } from './print/streams.js'

/** Milliseconds that an operation may take to stop after Ctrl-C before the process ends anyway. */
const STOP_LIMIT_MS = 3_000
const INTERRUPTED = 130

const OLD_PASSPHRASE = 'Passphrase of the encrypted file: '

/** What every command shares: `--json`, Ctrl-C, progress on stderr, and stdout kept for the answer. */
export abstract class GateCommand extends Command {
  static override enableJsonFlag = true

  readonly #abort = new AbortController()
  #progress: Progress | undefined

  /** Aborts at Ctrl-C. */
  protected get signal(): AbortSignal {
    return this.#abort.signal
  }

  protected get progress(): Progress {
    this.#progress ??= createProgress(this.jsonEnabled())
    return this.#progress
  }

  /** Parses, runs and answers; for callers that have no use for oclif's own start. */
  start(): Promise<unknown> {
    return this._run()
  }

  /** No command of gate is deprecated, and looking for that needs all of oclif's configuration. */
  protected override warnIfCommandDeprecated(): void {}

  protected override async init(): Promise<void> {
    await super.init()
    reserveStdout()
    process.on('SIGINT', () => this.#interrupt())
  }

  /** gate as a library, for the person at this terminal. */
  protected openGate(init: Pick<GateInit, 'requireHome'> = {}): Gate {
    return openGate({
      ...init,
      // A command does one thing at a time, and promises of the file system cost more than its calls.
      createHost: (host) => createNodeHost({ ...host, fs: syncFileSystem }),
      isOwnershipChecked: true,
      installation: installation(),
      invokedAs: process.argv[1],
      signal: this.signal,
      presenter: createLoginPresenter(this.progress, this.jsonEnabled()),
      onNativeCall: watchNativeCall,
      onProgress: (progress) => this.progress.step(progressText(progress)),
      onWarning: (message) => {
        this.progress.clear()
        writeError(`Warning: ${printable(message)}\n`)
      },
      ...(canPrompt()
        ? {
            askPassphrase: (purpose) => {
              this.progress.clear()
              return purpose === 'create' ? askNewPassphrase(this.signal) : askSecret(OLD_PASSPHRASE, this.signal)
            },
          }
        : {}),
    })
  }

  /** Prints an answer for people; nothing with `--json`. */
  protected say(text: string): void {
    this.progress.clear()
    if (!this.jsonEnabled()) writeOut(text)
  }

  /** Like {@link say}, in place of what was shown before when stdout is a terminal. */
  protected redraw(text: string): void {
    this.say(process.stdout.isTTY ? `\u001B[H\u001B[2J${text}` : text)
  }

  protected override logJson(json: unknown): void {
    this.progress.clear()
    writeOut(`${JSON.stringify(json, null, 2)}\n`)
  }

  protected override toSuccessJson(result: unknown): unknown {
    return { schemaVersion: 1, ...(result as object) }
  }

  /** Errors are printed in one place, `main`, also those of the parser. */
  protected override async catch(error: Error): Promise<never> {
    this.progress.clear()
    throw error
  }

  #interrupt(): void {
    if (this.#abort.signal.aborted) endProcess(INTERRUPTED)
    this.#abort.abort()
    process.exitCode = INTERRUPTED
    setTimeout(() => endProcess(INTERRUPTED), STOP_LIMIT_MS).unref()
  }
}
