import type { Platform } from '@gate/core'
import type { TestInstallation } from '@gate/plugin-testkit'

const manifest = '{"name":"opencode-ai","version":"1.18.33"}'

/** OpenCode as npm, Homebrew and npm on Windows put it. */
export const installations: Readonly<Record<Platform, TestInstallation>> = {
  linux: {
    files: {
      '/usr/local/lib/node_modules/opencode-ai/package.json': manifest,
      '/usr/local/lib/node_modules/opencode-ai/bin/opencode.exe': { content: 'a program', mode: 0o755 },
      '/usr/local/bin/opencode': { link: '../lib/node_modules/opencode-ai/bin/opencode.exe' },
    },
  },
  darwin: {
    files: {
      '/opt/homebrew/Cellar/opencode/1.18.33/bin/opencode': { content: 'a program', mode: 0o755 },
      '/opt/homebrew/bin/opencode': { link: '../Cellar/opencode/1.18.33/bin/opencode' },
    },
  },
  win32: {
    files: {
      '~/AppData/Roaming/npm/opencode.cmd': '@"%~dp0\\node_modules\\opencode-ai\\bin\\opencode.exe" %*\r\n',
      '~/AppData/Roaming/npm/node_modules/opencode-ai/package.json': manifest,
    },
  },
}
