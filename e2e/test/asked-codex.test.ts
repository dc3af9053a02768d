import { access, chmod, cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import codex from '@gate/client-codex'
import type { Answer } from '@gate/core'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { createNodeHost } from '@gate/engine/host'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { snapshot } from '../harness/home-snapshot.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'
import { type OddValue, oddValues } from '../overrides/codex-odd-values.ts'

let gateway: DevGateway
let home: ThrowawayHome
let pristine: string

beforeAll(async () => {
  gateway = await startDevGateway({ auth: 'none' })
  home = await createHome({ gateway })
  const setup = await home.gate(['setup', '--client', 'codex', ...home.connection])
  expect(setup, setup.stderr).toMatchObject({ code: 0 })
  pristine = join(home.root, 'pristine')
  await cp(join(home.home, '.codex'), pristine, { recursive: true })
})

afterEach(async () => {
  await rm(join(home.home, '.codex'), { recursive: true, force: true })
  await cp(pristine, join(home.home, '.codex'), { recursive: true })
})

afterAll(async () => {
  await gateway?.stop()
  await home?.remove()
})

const configFile = () => join(home.home, '.codex', 'config.toml')

async function write({ root = '', tables = '' }: Pick<OddValue, 'root' | 'tables'>): Promise<void> {
  const text = await readFile(configFile(), 'utf8')
  await writeFile(configFile(), `${root}\n${text}\n${tables}\n`)
}

/** A machine under load takes longer than the time that a question has; then it is put again. */
async function ask(env: Readonly<Record<string, string>> = {}): Promise<Answer | undefined> {
  const host = createNodeHost({ env: { ...home.env, ...env }, home: home.home, cwd: home.work })
  for (let left = 5; ; left--) {
    const answer = await codex.ask?.(host, undefined)
    const isLate = answer?.kind === 'silent' && answer.reason.message.includes('in time')
    if (!isLate || left === 0) return answer
  }
}

describe('what the real Codex says of an odd value is what it does', () => {
  it.each(oddValues)('$title', async (value) => {
    await write(value)
    gateway.clearRequests()
    const run = await home.codex()
    const works = gateway.requests.some(({ method }) => method === 'POST')
    await writeFile(configFile(), await readFile(join(pristine, 'config.toml')))
    await write(value)
    const answer = await ask()
    const said = `${JSON.stringify(answer)} ${run.stderr}`
    expect(answer?.kind, said).toBe(works ? 'confirms' : 'denies')
    if (answer?.kind !== 'denies') return
    expect(answer.about).toBe('file')
    expect(answer.reasons[0], said).toMatchObject({ place: { file: configFile(), line: expect.any(Number) } })
  })
})

describe('asking the real Codex', () => {
  it('runs nothing that a repository brings, and leaves nothing behind', async () => {
    const canary = join(home.root, 'canary')
    const program = await home.write('hostile', `#!/bin/sh\necho "$0 $*" >>${canary}\n`, 0o755)
    const config = `
notify = ["${program}"]
[mcp_servers.evil]
command = "${program}"
[[hooks.SessionStart]]
[[hooks.SessionStart.hooks]]
type = "command"
command = "${program}"
`
    await home.write('work/.codex/config.toml', config)
    await home.write(
      'work/.codex/hooks.json',
      `{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"${program}"}]}]}}`,
    )
    await home.write('work/.env', `HOME=${home.root}\n`)
    await home.write('work/.envrc', 'PATH_add bin\n')
    await home.write('work/.git/HEAD', 'ref: refs/heads/main\n')
    await home.write('work/.git/config', `[core]\n\tfsmonitor = ${program}\n\thooksPath = ${home.root}\n`)
    for (const name of ['codex', 'git', 'lsb_release', 'getconf', 'tput', 'rg', 'node', 'bwrap', 'sh']) {
      await chmod(await home.write(`work/bin/${name}`, `#!/bin/sh\necho "$0 $*" >>${canary}\n`), 0o755)
    }
    // As direnv would have it, behind the user's own directories and in front of the system's.
    const env = { PATH: `${home.root}/bin:${home.work}/bin:bin:${home.env.PATH}` }
    for (const level of ['untrusted', 'trusted']) {
      await write({ tables: `[projects."${home.work}"]\ntrust_level = "${level}"` })
      const before = await snapshot(home.home)
      expect(await ask(env), level).toMatchObject({ kind: 'confirms', program: 'codex' })
      expect(await snapshot(home.home), level).toEqual(before)
      expect(
        await access(canary).then(
          () => readFile(canary, 'utf8'),
          () => undefined,
        ),
        level,
      ).toBeUndefined()
      await writeFile(configFile(), await readFile(join(pristine, 'config.toml')))
    }
  })
})
