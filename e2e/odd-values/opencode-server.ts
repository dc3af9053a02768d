import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { opencodeExecutable } from '../harness/client-programs.ts'
import type { ThrowawayHome } from '../harness/throwaway-home.ts'

/** What OpenCode says about the configuration that it finds in a directory. */
export interface OpencodeVerdict {
  readonly accepts: boolean
  /** Keys that it complains about, joined by dots. */
  readonly places: readonly string[]
  readonly text: string
}

/** One real OpenCode that is asked about many directories. */
export async function startOpencodeServer(home: ThrowawayHome) {
  const quiet = { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' }
  const program = spawn(opencodeExecutable, ['serve', '--pure', '--port', '0'], {
    cwd: home.work,
    env: { ...home.env, ...quiet },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let url: string | undefined
  for await (const line of createInterface({ input: program.stdout })) {
    url = /listening on (http:\S+)/.exec(line)?.[1]
    if (url !== undefined) break
  }
  if (url === undefined) throw new Error('opencode serve ended')
  return {
    async judge(directory: string): Promise<OpencodeVerdict> {
      const response = await fetch(`${url}/config?directory=${encodeURIComponent(directory)}`)
      const text = await response.text()
      const { name, data } = JSON.parse(text) as { name?: string; data?: { issues?: { path: string[] }[] } }
      const places = (data?.issues ?? []).map(({ path }) => path.join('.'))
      return { accepts: response.ok && name !== 'ConfigInvalidError', places, text }
    },
    async stop() {
      program.kill()
      if (program.exitCode === null && program.signalCode === null) await once(program, 'exit')
    },
  }
}
