import type { Progress } from '@gate/sdk'

/** Returns what an operation is doing in words. */
export function progressText(progress: Progress): string {
  switch (progress.step) {
    case 'check-gateway':
      return 'Checking the gateway'
    case 'ask-gateway':
      return 'Asking the gateway'
    case 'sign-in':
      return 'Signing in'
    case 'sign-in-anew':
      return 'Signing in anew'
    case 'save-connection':
      return 'Saving the connection'
    case 'configure-client':
      return `Configuring ${progress.client}`
    case 'ask-client':
      return `Asking ${progress.client}`
    case 'undo-client':
      return `Undoing ${progress.client}`
    case 'send-request':
      return `Asking ${progress.gatewayUrl}`
    case 'look-at-machine':
      return 'Looking at the machine'
    case 'ask-issuer':
      return 'Asking the issuer'
    case 'run-helper':
      return 'Running the helper'
    case 'ask-clients':
      return 'Asking the clients'
    case 'sign-out':
      return `Signing out of ${progress.profile}`
    case 'delete-own-files':
      return 'Deleting what gate keeps'
    case 'look-at-plugin':
      return `Looking at ${progress.plugin}`
    case 'install-plugin':
      return `Installing ${progress.plugin} ${progress.version} with ${progress.manager}`
    case 'remove-plugin':
      return `Removing ${progress.plugin} with ${progress.manager}`
  }
}
