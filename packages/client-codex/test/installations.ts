import type { Platform } from '@gate/core'
import type { TestInstallation } from '@gate/plugin-testkit'

/** Codex as npm, Homebrew and npm on Windows put it. */
export const installations: Readonly<Record<Platform, TestInstallation>> = {
  linux: {
    files: {
      '/usr/local/lib/node_modules/@openai/codex/package.json': '{"name":"@openai/codex","version":"0.169.0"}',
      '/usr/local/lib/node_modules/@openai/codex/bin/codex.js': { content: '#!/usr/bin/env node\n', mode: 0o755 },
      '/usr/local/bin/codex': { link: '../lib/node_modules/@openai/codex/bin/codex.js' },
    },
  },
  darwin: {
    files: {
      '/opt/homebrew/Caskroom/codex/0.169.0/codex-aarch64-apple-darwin': { content: 'a program', mode: 0o755 },
      '/opt/homebrew/bin/codex': { link: '/opt/homebrew/Caskroom/codex/0.169.0/codex-aarch64-apple-darwin' },
    },
  },
  win32: {
    files: {
      '~/AppData/Roaming/npm/codex.cmd': '@"%~dp0\\node_modules\\@openai\\codex\\bin\\codex.js" %*\r\n',
      '~/AppData/Roaming/npm/node_modules/@openai/codex/package.json': '{"name":"@openai/codex","version":"0.169.0"}',
    },
  },
}
