import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'

/** A real browser without a window, with a profile of its own. */
export interface Chromium {
  newPage(): Promise<Page>
  close(): Promise<void>
}

const EXECUTABLE = '/usr/bin/chromium'
// Nothing but the pages under test is fetched; QUIC would try UDP to loopback first.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Starts Debian's Chromium with an empty profile.
 *
 * @throws Error when the package `chromium` is not installed.
 */
export async function startChromium(): Promise<Chromium> {
  if (!existsSync(EXECUTABLE)) throw new Error(`${EXECUTABLE} is missing: apt-get install chromium`)
  const profile = await mkdtemp(join(tmpdir(), 'gate-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    headless: true,
    args: FLAGS,
  })
  return {
    newPage: () => context.newPage(),
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}
