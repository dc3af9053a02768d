import type { Interface } from 'node:readline/promises'
import { GateError, Secret } from '@gate/core'
import { printable } from '@gate/sdk'
import { isTerminal } from './streams.js'

/**
 * True when a person can answer: nothing ever prompts without a terminal. stdin comes last, because Node takes
 * milliseconds to open one that is a file.
 */
export function canPrompt(): boolean {
  return isTerminal('stderr') && process.stdin.isTTY === true
}

/** A line reader takes Ctrl-C for itself; the command has to see it. */
function passInterrupt(input: Interface): void {
  input.once('SIGINT', () => process.emit('SIGINT', 'SIGINT'))
}

/** Asks a yes/no question on stderr; yes is the default. */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises')
  const input = createInterface({ input: process.stdin, output: process.stderr })
  passInterrupt(input)
  try {
    const answer = await input.question(`${printable(question)} [Y/n] `, { signal })
    return /^(?:y|yes)?$/i.test(answer.trim())
  } finally {
    input.close()
  }
}

/** Asks for a secret without showing what is typed. */
export async function askSecret(question: string, signal: AbortSignal): Promise<Secret> {
  process.stderr.write(question)
  // Readline is loaded only when somebody is asked: most commands never ask.
  const [{ createInterface }, { Writable }] = await Promise.all([
    import('node:readline/promises'),
    import('node:stream'),
  ])
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const input = createInterface({ input: process.stdin, output: silent, terminal: true })
  passInterrupt(input)
  try {
    return new Secret(await input.question('', { signal }))
  } finally {
    input.close()
    process.stderr.write('\n')
  }
}

/**
 * Asks for a new passphrase twice, until both are the same.
 *
 * @returns Undefined for an empty one: then a key file does.
 */
export async function askNewPassphrase(signal: AbortSignal): Promise<Secret | undefined> {
  for (;;) {
    const first = await askSecret(
      'New passphrase for the encrypted file (empty: a key file, so that clients need none): ',
      signal,
    )
    if (first.reveal() === '') return undefined
    const again = await askSecret('The same again: ', signal)
    if (again.reveal() === first.reveal()) return first
    process.stderr.write('The two are not the same.\n')
  }
}

/** Bytes; no key is longer, and a pipe may never end. */
const STDIN_LIMIT = 64 * 1024

/**
 * Everything on stdin up to its end, without the final line break; for secrets, which must not be arguments.
 *
 * @throws GateError `invalid-argument` when there is more than any key.
 */
export async function readStdin(): Promise<Secret> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > STDIN_LIMIT)
      throw new GateError({ code: 'invalid-argument', message: 'what is on stdin is too long for an API key' })
  }
  return new Secret(
    Buffer.concat(chunks)
      .toString('utf8')
      .replace(/\r?\n$/, ''),
  )
}
