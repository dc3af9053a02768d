import type { LoginEvent, LoginPresenter } from '@gate/sdk'
import { printable } from '@gate/sdk'
import { forPeople } from './for-people.js'
import type { Progress } from './progress.js'
import { isTerminal, writeError } from './streams.js'

/**
 * Tells a person on stderr how to sign in. URLs are shown even when stderr is no terminal: without one they are the
 * only way to finish the login. Asks for a pasted address only on a terminal.
 *
 * @param json One JSON object per line instead of sentences.
 */
export function createLoginPresenter(progress: Progress, json: boolean): LoginPresenter {
  const show = (event: LoginEvent) => {
    progress.clear()
    if (!json) writeError(`${loginText(event)}\n`)
    // A browser that opened needs nobody to read anything.
    else if (event.kind !== 'browser') writeError(`${JSON.stringify({ schemaVersion: 1, login: event })}\n`)
  }
  // stderr first: to look at stdin is to open it, 3 ms that a command without a terminal has no use for.
  if (json || !isTerminal('stderr') || !process.stdin.isTTY) return { show }
  return {
    show(event) {
      show(event)
      if (event.kind !== 'print-url') return
      writeError(
        `In a browser that does not run on this machine, open this one and paste the last address: ${printable(event.issuerUrl)}\n`,
      )
    },
    async pasteRedirect(signal) {
      const { createInterface } = await import('node:readline/promises')
      const input = createInterface({ input: process.stdin, output: process.stderr })
      try {
        return await input.question('Address the browser ended at: ', { signal })
      } finally {
        input.close()
      }
    },
  }
}

/** One login event in words. */
export const loginText = forPeople((event: LoginEvent): string => {
  switch (event.kind) {
    case 'browser':
      return `Sign in in the browser. If none opened: ${event.url}`
    case 'browser-failed':
      return `No browser could be opened (${event.reason}). Open this address: ${event.url}`
    case 'print-url':
      return `Open this address to sign in: ${event.url}`
    case 'doubt':
      return event.message
    case 'device':
      return event.verificationUriComplete === undefined
        ? `Open ${event.verificationUri} on any device and enter ${event.userCode}`
        : `Open ${event.verificationUriComplete} on any device and confirm ${event.userCode}`
    case 'paste-refused':
      return `That address does not belong to this login: ${event.reason}`
    case 'waiting-for-other-login':
      return event.url === undefined
        ? 'Another gate process is signing in; waiting for it.'
        : `Another gate process is signing in; finish it there or open ${event.url}`
  }
})
