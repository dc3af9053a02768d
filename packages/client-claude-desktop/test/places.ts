import type { Platform } from '@gate/core'
import { CONFIGURATION_ID } from '../src/documents.js'

/** An id as the app makes them. */
export const OTHER_ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'

/** What the app makes on its first use. */
export const DEFAULT_ENTRY = { id: '9a0c4f89-41d3-4f89-8b0c-0305e82c3302', name: 'Default' }

/** The files that gate writes, as keys of `TestFiles`. */
export interface Places {
  readonly library: string
  readonly document: string
  readonly selector: string
  readonly thirdMode: string
  readonly firstMode: string
}

const DATA: Readonly<Record<Platform, readonly [third: string, first: string]>> = {
  darwin: ['~/Library/Application Support/Claude-3p', '~/Library/Application Support/Claude'],
  linux: ['~/.config/Claude-3p', '~/.config/Claude'],
  win32: ['~/AppData/Local/Claude-3p', '~/AppData/Roaming/Claude'],
}

export function places(platform: Platform): Places {
  const [third, first] = DATA[platform]
  const library = `${third}/configLibrary`
  return {
    library,
    document: `${library}/${CONFIGURATION_ID}.json`,
    selector: `${library}/_meta.json`,
    thirdMode: `${third}/claude_desktop_config.json`,
    firstMode: `${first}/claude_desktop_config.json`,
  }
}
