import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { opencode } from '@gate/client-opencode'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { createTestHost, type TestHost, testConnection } from '@gate/plugin-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'
import { startOpencodeServer } from '../odd-values/opencode-server.ts'
import { opencodeValues } from '../odd-values/opencode-values.ts'

const FILE = '/home/user/.config/opencode/opencode.jsonc'
const PROGRAM = { '/usr/local/bin/opencode': { content: '', mode: 0o755 } }

let gateway: DevGateway
let home: ThrowawayHome
let server: Awaited<ReturnType<typeof startOpencodeServer>>
/** Set up by gate; a project in its working directory brings the values. */
let host: TestHost
beforeAll(async () => {
  gateway = await startDevGateway()
  home = await createHome({ gateway, clients: 'stub' })
  server = await startOpencodeServer(home)
  host = await createTestHost({ files: PROGRAM, cwd: '/home/user/work' })
  await opencode.configure(host, testConnection('linux'))
})
afterAll(async () => {
  await server?.stop()
  await host?.dispose()
  await home?.remove()
  await gateway?.stop()
})

/** What gate says about a user's file before it writes into it. */
async function refusal(text: string) {
  await using fresh = await createTestHost({ files: { ...PROGRAM, [FILE]: text } })
  return await opencode.configure(fresh, testConnection('linux')).then(
    () => undefined,
    (error: { code: string; message: string; file?: string; line?: number }) => error,
  )
}

/** What gate says when a project brings the same file. */
async function rows(text: string) {
  await host.write({ '/home/user/work/opencode.json': text })
  const { overrides } = await opencode.status(host, testConnection('linux'))
  return overrides.filter(({ displaces, severity }) => displaces === 'everything' && severity === 'override')
}

describe('gate refuses the values that the real OpenCode does not start with, and no others', () => {
  it.for([...opencodeValues.entries()])('%s: %s', async ([number, text]) => {
    const directory = join(home.root, 'odd', String(number))
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'opencode.json'), text)
    const verdict = await server.judge(directory)
    const refused = await refusal(text)
    const told = await rows(text)
    expect({ setup: refused === undefined, status: told.length === 0 }, verdict.text).toEqual({
      setup: verdict.accepts,
      status: verdict.accepts,
    })
    if (verdict.accepts) return
    expect(refused).toMatchObject({ code: 'file-wrong-shape', file: FILE, line: expect.any(Number) })
    const place = told[0]?.location.split(': ').at(-1) ?? ''
    const agrees = verdict.places.some(
      (one) => one === place || one.startsWith(`${place}.`) || place.startsWith(`${one}.`),
    )
    expect(agrees, `${place} in ${verdict.text}`).toBe(true)
  })
})
