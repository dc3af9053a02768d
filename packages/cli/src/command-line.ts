import { createNodeHost, syncFileSystem } from '@gate/engine/host'
import { type Gate, type GateInit, openGate, printable } from '@gate/sdk'
import { endProcess, watchNativeCall } from '@gate/sdk/token-command'
import { installation } from './installation.js'
import { createLoginPresenter } from './print/login-presenter.js'
import { createProgress, type Progress } from './print/progress.js'
import { progressText } from './print/progress-text.js'
import { askNewPassphrase, askSecret, canPrompt } from './print/prompt.js'
import { isTerminal, reserveStdout, writeError, writeOut } from './print/streams.js'

/** Milliseconds that an operation may take to stop after Ctrl-C before the process ends anyway. */
const STOP_LIMIT_MS = 3_000
const INTERRUPTED = 130

const OLD_PASSPHRASE = 'Passphrase of the encrypted file: '

/** A command line that is being run: Ctrl-C, progress on stderr, and stdout kept for the answer. */
export class CommandLine {
  /** True when the answer is one JSON text. */
  readonly isJson: boolean
  readonly #abort = new AbortController()
  #progress: Progress | undefined

  /** Takes stdout and Ctrl-C. */
  constructor(isJson: boolean) {
    this.isJson = isJson
    reserveStdout()
    process.on('SIGINT', () => this.#interrupt())
  }

  /** Aborts at Ctrl-C. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get progress(): Progress {
    this.#progress ??= createProgress(this.isJson)
    return this.#progress
  }

  /** gate as a library, for the person at this terminal. */
  openGate(init: Pick<GateInit, 'requireHome'> = {}): Gate {
    return openGate({
      ...init,
      // A command does one thing at a time, and promises of the file system cost more than its calls.
      createHost: (host) => createNodeHost({ ...host, fs: syncFileSystem }),
      isOwnershipChecked: true,
      installation: installation(),
      invokedAs: process.argv[1],
      signal: this.signal,
      presenter: createLoginPresenter(this.progress, this.isJson),
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
  say(text: string): void {
    this.progress.clear()
    if (!this.isJson) writeOut(text)
  }

  /** Like {@link say}, in place of what was shown before when stdout is a terminal. */
  redraw(text: string): void {
    this.say(isTerminal('stdout') ? `\u001B[H\u001B[2J${text}` : text)
  }

  /** Prints an answer for programs. */
  answer(result: object): void {
    this.progress.clear()
    writeOut(`${JSON.stringify({ schemaVersion: 1, ...result }, null, 2)}\n`)
  }

  #interrupt(): void {
    if (this.#abort.signal.aborted) endProcess(INTERRUPTED)
    this.#abort.abort()
    process.exitCode = INTERRUPTED
    setTimeout(() => endProcess(INTERRUPTED), STOP_LIMIT_MS).unref()
  }
}
