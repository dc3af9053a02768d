import type { Platform } from '@gate/core'
import type { TestInstallation } from '@gate/plugin-testkit'

const MANIFEST = '{"name":"@earendil-works/pi-coding-agent","version":"0.87.1"}'

/** pi as npm puts it on each platform. */
export const installations: Readonly<Record<Platform, TestInstallation>> = {
  linux: {
    files: {
      '/usr/local/lib/node_modules/@earendil-works/pi-coding-agent/package.json': MANIFEST,
      '/usr/local/lib/node_modules/@earendil-works/pi-coding-agent/dist/bundle/cli.js': {
        content: '#!/usr/bin/env node\n',
        mode: 0o755,
      },
      '/usr/local/bin/pi': { link: '../lib/node_modules/@earendil-works/pi-coding-agent/dist/bundle/cli.js' },
    },
  },
  darwin: {
    files: {
      '/opt/homebrew/lib/node_modules/@earendil-works/pi-coding-agent/package.json': MANIFEST,
      '/opt/homebrew/lib/node_modules/@earendil-works/pi-coding-agent/dist/bundle/cli.js': {
        content: '#!/usr/bin/env node\n',
        mode: 0o755,
      },
      '/opt/homebrew/bin/pi': { link: '../lib/node_modules/@earendil-works/pi-coding-agent/dist/bundle/cli.js' },
    },
  },
  win32: {
    files: {
      '~/AppData/Roaming/npm/pi.cmd':
        '@"%~dp0\\node_modules\\@earendil-works\\pi-coding-agent\\dist\\bundle\\cli.js" %*\r\n',
      '~/AppData/Roaming/npm/node_modules/@earendil-works/pi-coding-agent/package.json': MANIFEST,
    },
  },
}
