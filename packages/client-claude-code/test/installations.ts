import type { Platform } from '@gate/core'
import type { TestInstallation } from '@gate/plugin-testkit'

const program = { content: 'a program', mode: 0o755 }

/** Claude Code as its own installer, npm on Windows and Homebrew put it. */
export const installations: Readonly<Record<Platform, TestInstallation>> = {
  linux: {
    files: {
      '~/.local/share/claude/versions/2.1.329': program,
      '~/.local/bin/claude': { link: '~/.local/share/claude/versions/2.1.329' },
    },
  },
  darwin: {
    files: {
      '/opt/homebrew/Caskroom/claude-code/2.1.329/claude': program,
      '/opt/homebrew/bin/claude': { link: '/opt/homebrew/Caskroom/claude-code/2.1.329/claude' },
    },
  },
  win32: {
    files: {
      '~/AppData/Roaming/npm/claude.cmd': '@"%~dp0\\node_modules\\@anthropic-ai\\claude-code\\bin\\claude.exe" %*\r\n',
      '~/AppData/Roaming/npm/node_modules/@anthropic-ai/claude-code/package.json':
        '{"name":"@anthropic-ai/claude-code","version":"2.1.329"}',
    },
  },
}
