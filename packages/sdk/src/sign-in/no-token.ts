import type { Action, Finding } from '@gate/core'
import type { StatusAuth } from '../status/sign-in-state.js'

/**
 * Why the helper of a profile has no token to hand out, as its sign-in tells; empty while it has one, or needs none. Green
 * needs a way to a token: a client whose files are right and that gets a 401 is not connected. Pure.
 *
 * @param profile Name of the profile, when it is not the active one.
 */
export function noTokenReasons(auth: StatusAuth, profile: string | undefined): Finding[] {
  const fix: Action = { action: 'login', ...(profile === undefined ? {} : { profile }) }
  switch (auth.state) {
    case 'signed-in':
    case 'environment':
    case 'not-needed':
    // An incomplete profile has reasons of its own.
    case 'not-configured':
      return []
    case 'signed-out': {
      if (auth.kind === 'api-key') {
        return [
          {
            code: 'login-required',
            severity: 'error',
            message: 'No API key is stored, so clients get no token.',
            fix: { action: 'setup', needs: ['api-key'] },
          },
        ]
      }
      return [
        { code: 'login-required', severity: 'error', message: 'Nobody is signed in, so clients get no token.', fix },
      ]
    }
    case 'login-pending':
      return [
        {
          code: 'login-pending',
          severity: 'error',
          message: 'A login waits in the browser; until it is done clients get no token.',
          fix,
        },
      ]
    case 'unknown': {
      const said: readonly Finding[] = 'reasons' in auth ? auth.reasons : auth.error === undefined ? [] : [auth.error]
      const [first, ...others] = said.map(({ place: _ofTheStore, ...reason }) => reason)
      return [
        first ?? {
          code: 'sign-in-unknown',
          severity: 'error',
          message: 'Whether anybody is signed in could not be seen.',
          fix,
        },
        ...others,
      ]
    }
  }
}
