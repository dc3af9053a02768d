import type { Platform } from '@gate/core'
import type { TestFiles, TestInstallation } from '@gate/plugin-testkit'

const INFO_PLIST = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleIdentifier</key><string>com.anthropic.claudefordesktop</string>
<key>CFBundleShortVersionString</key><string>1.46388.4</string>
</dict></plist>
`

export const REG = 'C:\\Windows\\System32\\reg.exe'

/** `reg.exe` on a machine without any policy. */
const noPolicies = () => ({ code: 1, stderr: 'ERROR: The system was unable to find the specified key.\r\n' })

/** The Store package, as Windows puts it. */
export const storePackage: TestInstallation = {
  files: { '~/AppData/Local/Packages/Claude_pzs8sxrjxfjjc': { directory: true } },
  programs: { [REG]: noPolicies },
}

/** What the Store package has after the app's first start in each mode. */
export const storeFiles: TestFiles = {
  '~/AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Local/Claude-3p/logs/main.log': '',
  '~/AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude/claude_desktop_config.json':
    '{\n  "mcpServers": {\n    "files": { "command": "npx" }\n  }\n}\n',
}

/** Claude Desktop as its installers put it. */
export const installations: Readonly<Record<Platform, TestInstallation>> = {
  linux: {
    files: {
      '/usr/bin/claude-desktop': { content: 'a program', mode: 0o755 },
      '/var/lib/dpkg/status':
        'Package: claude\nStatus: install ok installed\nVersion: 9.9.9\n\nPackage: claude-desktop\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.46388.4\n\n',
    },
  },
  darwin: { files: { '/Applications/Claude.app/Contents/Info.plist': INFO_PLIST } },
  win32: {
    files: {
      '~/AppData/Local/AnthropicClaude/claude.exe': 'a program',
      '~/AppData/Local/AnthropicClaude/app-1.46388.3/claude.exe': 'a program',
      '~/AppData/Local/AnthropicClaude/app-1.46388.12/claude.exe': 'a program',
    },
    programs: { [REG]: noPolicies },
  },
}
