import { expect, it } from 'vitest'
import { type CallContext, callerOf, interactionOf } from '../src/interaction.js'

const desktop = { platform: 'linux', env: { DISPLAY: ':0' } } as const
const person: CallContext = { client: undefined, loginWaitSeconds: undefined, skipBrowser: false, terminal: true }
const claude: CallContext = { client: 'claude-code', loginWaitSeconds: 300, skipBrowser: false, terminal: false }
const impatient: CallContext = { ...claude, client: 'codex', loginWaitSeconds: 0 }
const unknown: CallContext = { ...claude, client: 'other', loginWaitSeconds: undefined }

it.each([
  ['a person at a terminal', desktop, person, 'foreground'],
  ['a person over SSH', { platform: 'linux', env: {} }, person, 'foreground'],
  ['a script on a desktop', desktop, { ...person, terminal: false }, 'detached'],
  ['S116 a script without a desktop', { platform: 'linux', env: {} }, { ...person, terminal: false }, 'never'],
  ['Claude Code on a desktop', desktop, claude, 'detached'],
  ['Claude Code in a terminal of a desktop', desktop, { ...claude, terminal: true }, 'detached'],
  ['Claude Code on Wayland', { platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' } }, claude, 'detached'],
  ['S116 Claude Code over SSH', { platform: 'linux', env: {} }, claude, 'never'],
  ['S116 Claude Code over SSH in a terminal', { platform: 'linux', env: {} }, { ...claude, terminal: true }, 'never'],
  ['Claude Code with a BROWSER of its own', { platform: 'linux', env: { BROWSER: '/bin/b' } }, claude, 'detached'],
  ['BROWSER=none', { platform: 'linux', env: { DISPLAY: ':0', BROWSER: 'none' } }, claude, 'never'],
  ['macOS', { platform: 'darwin', env: {} }, claude, 'detached'],
  ['Windows', { platform: 'win32', env: {} }, claude, 'detached'],
  ['a client that does not wait', desktop, impatient, 'never'],
  ['a client that does not wait, in a terminal', desktop, { ...impatient, terminal: true }, 'never'],
  ['a client that says nothing about it', desktop, unknown, 'detached'],
  ['--skip-browser', desktop, { ...person, skipBrowser: true }, 'never'],
  [
    'Claude Desktop, interactive',
    { platform: 'darwin', env: { CLAUDE_HELPER_CONTEXT: 'interactive' } },
    claude,
    'detached',
  ],
  ...['mid-session-refresh', 'scheduled-task', 'setup-test', 'background', 'something-new'].map(
    (context) =>
      [
        `Claude Desktop, ${context}`,
        { platform: 'darwin', env: { CLAUDE_HELPER_CONTEXT: context } },
        claude,
        'never',
      ] as const,
  ),
] as const)('%s', (_who, host, call, expected) => {
  expect(interactionOf(host, call)).toBe(expected)
})

it.each([
  ['named on the command line', {}, 'codex', 'codex'],
  ['named, whatever the environment says', { CLAUDE_HELPER_CONTEXT: 'background' }, 'codex', 'codex'],
  ['Claude Desktop, which gives no arguments', { CLAUDE_HELPER_CONTEXT: 'interactive' }, undefined, 'claude-desktop'],
  ['nobody, with an empty variable', { CLAUDE_HELPER_CONTEXT: '' }, undefined, undefined],
  ['nobody', {}, undefined, undefined],
] as const)('the caller: %s', (_who, env, given, expected) => {
  expect(callerOf({ env }, given)).toBe(expected)
})
