const LONGEST_S = 600

/** What {@link ClientPlugin.loginWaitSeconds} may be. Pure. */
export function isLoginWait(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LONGEST_S
}

/** The same, for messages. */
export const LOGIN_WAIT_RULE = `loginWaitSeconds must be whole seconds from 0 to ${LONGEST_S}`
