import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createSharedMachine, giveTo, type OtherUser, type SharedMachine } from '../harness/other-users.ts'
import { type Finished, runProcess } from '../harness/run-process.ts'

const PASSPHRASE = 'a passphrase that nobody else may see'
const COMMANDS = [['status'], ['list'], ['plugins', 'list'], ['doctor'], ['teardown'], ['setup', '--lazy', '--dry-run']]

describe.runIf(process.getuid?.() === 0)('R2 plugins of another user; needs root, as CI has it', () => {
  let machine: SharedMachine
  let a: OtherUser
  let b: OtherUser
  let marker: string

  beforeAll(() => {
    machine = createSharedMachine()
    ;({ a, b } = machine)
    marker = join(machine.directory(join(machine.root, 'marks'), { uid: 0, gid: 0 }, 0o1777), 'ran')
  })
  afterAll(() => machine.remove())
  afterEach(() => expect(existsSync(marker), 'code of the other user ran').toBe(false))

  /** A plugin that leaves a mark when anything of it runs. */
  function plant(directory: string, name: string, owner: OtherUser): string {
    const place = join(directory, name)
    mkdirSync(place, { recursive: true })
    const gate = { client: './index.js', apiVersion: 1, id: 'evil' }
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name, version: '1.0.0', type: 'module', gate }))
    const mark = `import { writeFileSync } from 'node:fs'
writeFileSync(${JSON.stringify(marker)}, String(process.env.GATE_SECRET_STORE_PASSPHRASE), { mode: 0o666 })
export default {}`
    writeFileSync(join(place, 'index.js'), mark)
    giveTo(owner, place)
    return place
  }

  async function every(script: string, check: (finished: Finished, command: readonly string[]) => void) {
    for (const command of COMMANDS) {
      const env = { HOME: a.home, PATH: '/usr/bin:/bin', NO_COLOR: '1', GATE_SECRET_STORE_PASSPHRASE: PASSPHRASE }
      const ids = { uid: a.uid, gid: a.gid, cwd: '/' }
      const finished = await runProcess(join(machine.root, 'lib/node'), [script, ...command], { env, ...ids })
      expect(`${finished.stdout}${finished.stderr}`).not.toContain(PASSPHRASE)
      expect(finished.signal).toBe(null)
      check(finished, command)
    }
  }

  it('beside a link to gate in a directory that everybody may write', { timeout: 120_000 }, async () => {
    const shared = machine.directory(join(machine.root, 'shared'), { uid: 0, gid: 0 }, 0o1777)
    mkdirSync(join(shared, 'bin'))
    symlinkSync(join(machine.root, 'lib/node_modules/@gate/cli/bin/run.js'), join(shared, 'bin/gate.js'))
    plant(join(shared, 'node_modules'), 'gate-client-evil', b)
    giveTo(b, join(shared, 'node_modules'))
    await every(join(shared, 'bin/gate.js'), ({ stdout }) => expect(stdout).not.toContain('evil'))
  })

  it('in a node_modules of theirs that leads to gate by a link', { timeout: 120_000 }, async () => {
    const shared = machine.directory(join(machine.root, 'linked'), b)
    plant(join(shared, 'node_modules'), 'gate-client-evil', b)
    mkdirSync(join(shared, 'node_modules/@gate'))
    symlinkSync(join(machine.root, 'lib/node_modules/@gate/cli'), join(shared, 'node_modules/@gate/cli'))
    giveTo(b, shared)
    await every(join(shared, 'node_modules/@gate/cli/bin/run.js'), ({ stdout }, [name, more]) => {
      if (more === 'list') expect(stdout).toContain(`belongs to another user (${b.uid})`)
      if (name === 'list') expect(stdout).toContain('gate-client-evil')
    })
  })

  it('in the installation itself, where only that package is theirs', { timeout: 120_000 }, async () => {
    const place = plant(join(machine.root, 'lib/node_modules'), 'gate-client-evil', b)
    await every(join(machine.root, 'lib/node_modules/@gate/cli/bin/run.js'), ({ stdout }, [, more]) => {
      if (more !== 'list') return
      expect(stdout).toContain(`gate-client-evil is refused: ${place} belongs to another user (${b.uid})`)
      expect(stdout).toContain(`chown root ${place}`)
    })
  })

  it('in a directory that the configuration names', { timeout: 120_000 }, async () => {
    const theirs = machine.directory(join(machine.root, 'theirs'), b)
    const place = plant(theirs, 'gate-client-evil', a)
    const added = await machine.gate(a, ['plugins', 'add', place])
    expect(added.code).not.toBe(0)
    expect(added.stderr).toContain(`${theirs} belongs to another user (${b.uid})`)
    const open = machine.directory(join(machine.root, 'open'), a, 0o777)
    const second = await machine.gate(a, ['plugins', 'add', plant(open, 'gate-client-evil', a)])
    expect(second.code).not.toBe(0)
    expect(second.stderr).toContain(`anybody may write ${open}`)
    chmodSync(open, 0o755)
  })
})
