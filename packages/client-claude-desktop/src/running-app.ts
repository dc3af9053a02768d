import type { Host } from '@gate/core'
import { isProgramRunning } from './running-program.js'

/** Whether the app runs as this user. Claude Code's program on Windows is called claude.exe, too. */
export function isRunning(host: Host): Promise<boolean> {
  return isProgramRunning(host, {
    linux: 'claude-desktop',
    darwin: '/Claude\\.app/Contents/MacOS/Claude',
    win32: { image: 'Claude', path: /\\(?:WindowsApps|AnthropicClaude|Programs\\Claude)\\/i },
  })
}
