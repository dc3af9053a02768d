import type { Host } from '@gate/core'
import type { Interaction } from './contract.js'

/** What is known about the call that wants a token. */
export interface CallContext {
  /** Id given with `--client`; undefined when a person or a script called. */
  readonly client: string | undefined
  /** What its plugin says, see `ClientPlugin.loginWaitSeconds`; undefined when that is not known. */
  readonly loginWaitSeconds: number | undefined
  /** `--skip-browser` was given. */
  readonly skipBrowser: boolean
  /** stderr is a terminal. */
  readonly terminal: boolean
}

/** The client that wants a token: Claude Desktop runs its helper without arguments and tells itself by a variable. Pure. */
export function callerOf(host: Pick<Host, 'env'>, given: string | undefined): string | undefined {
  return given ?? (host.env.CLAUDE_HELPER_CONTEXT ? 'claude-desktop' : undefined)
}

/**
 * Decides whether a call may lead to a login. Pure.
 *
 * @param host Platform and environment: `BROWSER`, `DISPLAY`, `WAYLAND_DISPLAY`, `CLAUDE_HELPER_CONTEXT`.
 */
export function interactionOf(host: Pick<Host, 'platform' | 'env'>, call: CallContext): Interaction {
  if (call.skipBrowser) return 'never'
  // Claude Desktop says why it runs the helper; every context but `interactive` has nobody who would look at a browser.
  const context = host.env.CLAUDE_HELPER_CONTEXT
  if (context !== undefined && context !== '' && context !== 'interactive') return 'never'
  if (call.loginWaitSeconds === 0) return 'never'
  if (call.terminal && call.client === undefined) return 'foreground'
  return hasDesktop(host) ? 'detached' : 'never'
}

/** True when a browser could appear in front of somebody. */
export function hasDesktop(host: Pick<Host, 'platform' | 'env'>): boolean {
  const { BROWSER: browser, DISPLAY: x11, WAYLAND_DISPLAY: wayland } = host.env
  if (browser === 'none') return false
  if (browser) return true
  return host.platform !== 'linux' || Boolean(x11) || Boolean(wayland)
}
