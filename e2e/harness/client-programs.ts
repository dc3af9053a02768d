import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** The file behind a command that an npm package brings. */
function executableOf(packageName: string, command: string): string {
  const manifest = require.resolve(`${packageName}/package.json`)
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> }
  const file = bin[command]
  if (file === undefined) throw new Error(`${packageName} has no command ${command}`)
  return join(dirname(manifest), file)
}

/** Claude Code 2.1.329, a native program. */
export const claudeExecutable = executableOf('@anthropic-ai/claude-code', 'claude')

/** Codex 0.171.0, a Node script that starts a native program. */
export const codexExecutable = executableOf('@openai/codex', 'codex')

/**
 * OpenCode 1.18.33, a native program in a package per platform. Its npm package only puts that program in the place of a
 * script when it is installed, which pnpm does not let it do.
 */
export const opencodeExecutable = ((): string => {
  const inPackage = createRequire(require.resolve('opencode-ai/package.json'))
  const base = `opencode-linux-${process.arch}`
  // The plain build for x64 needs AVX2, as its own install script says.
  const isOld = process.arch === 'x64' && !/\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))
  return join(dirname(inPackage.resolve(`${base}${isOld ? '-baseline' : ''}/package.json`)), 'bin', 'opencode')
})()

/** `bin/run.js` of the command line that this workspace builds. */
export const gateExecutable = executableOf('@gate/cli', 'gate')
