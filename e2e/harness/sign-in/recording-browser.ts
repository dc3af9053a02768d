import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ThrowawayHome } from '../throwaway-home.ts'

/** A program for `BROWSER` that opens nothing: it only notes what it was asked to open. */
export interface RecordingBrowser {
  /** Absolute path of the program. */
  readonly path: string
  /** The URLs that it was started with, in order. */
  urls(): Promise<string[]>
  /** Waits until it was started at all. @throws Error after a minute. */
  firstUrl(): Promise<string>
  /** Waits until it was started more often than so many times, and returns the URL of that start. @throws Error after a minute. */
  urlAfter(count: number): Promise<string>
}

/** Writes a {@link RecordingBrowser} beside a home. */
export async function recordingBrowser(home: ThrowawayHome): Promise<RecordingBrowser> {
  const record = join(home.root, 'opened-urls')
  const path = await home.write('bin/recording-browser', `#!/bin/sh\nprintf '%s\\n' "$1" >>'${record}'\n`, 0o755)
  const urls = async () => {
    const text = await readFile(record, 'utf8').catch(() => '')
    return text.split('\n').filter((line) => line !== '')
  }
  const urlAfter = async (count: number) => {
    for (let tries = 0; tries < 600; tries++) {
      const url = (await urls())[count]
      if (url !== undefined) return url
      await sleep(100)
    }
    throw new Error(`no browser was started more often than ${count} times within a minute`)
  }
  return { path, urls, urlAfter, firstUrl: () => urlAfter(0) }
}
