import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host } from '@gate/core'
import { createNodeHost } from '@gate/engine/host'
import { afterEach } from 'vitest'

/** This machine itself, with a throwaway home directory: for what runs real programs. */
export interface RealMachine {
  readonly host: Host
  path(...parts: string[]): string
}

const roots: string[] = []
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Homes that were made, with everything in them, go after each test. */
export function removeMachinesAfterEach(): void {
  afterEach(() => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true })
  })
}

export function createRealMachine(): RealMachine {
  const home = mkdtempSync(join(place, 'gate-desktop-'))
  roots.push(home)
  const host = createNodeHost({ env: { HOME: home, GATE_HOME: join(home, '.gate') }, home, cwd: home })
  return { host, path: (...parts) => join(home, ...parts) }
}
