import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The browser executable in its own temporary directory. */
export interface BrowserExecutable {
  readonly path: string
  remove(): Promise<void>
}

/**
 * Writes a shell script that starts `browser/main` with this very Node: programs start their browser with a small PATH, on
 * which no Node need be. Variables that change how Node starts are dropped.
 */
export async function writeBrowserExecutable(controlUrl: string): Promise<BrowserExecutable> {
  const directory = await mkdtemp(join(tmpdir(), 'gate-dev-browser-'))
  const path = join(directory, 'browser')
  const program = join(packageDirectory(), 'dist', 'browser.js')
  const command = [process.execPath, program, controlUrl].map(quote).join(' ')
  const script = `#!/bin/sh\nunset NODE_OPTIONS NODE_EXTRA_CA_CERTS NODE_USE_ENV_PROXY\nexec ${command} "$@"\n`
  await writeFile(path, script, { mode: 0o700 })
  return { path, remove: () => rm(directory, { recursive: true, force: true }) }
}

/** Resolved through the package's own name, which holds for the sources and for every chunk of the build. */
function packageDirectory(): string {
  return dirname(createRequire(import.meta.url).resolve('@gate/dev-gateway/package.json'))
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
