import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gateExecutable } from '../harness/client-programs.ts'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import { withSmallDisk } from '../harness/namespaces.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const SOMEBODY_ELSE = 65_534

/** A client and the file of it that gate edits. */
interface Target {
  readonly client: 'claude-code' | 'codex'
  readonly file: string
  readonly good: string
  readonly unparsable: { content: string; line: number }
  readonly wrongShape: { content: string; line: number }
}

const TARGETS: readonly Target[] = [
  {
    client: 'claude-code',
    file: '.claude/settings.json',
    good: '{\n  "model": "sonnet"\n}\n',
    unparsable: { content: '{\n  "model": \n', line: 3 },
    wrongShape: { content: '{\n  "model": "sonnet",\n  "env": "x"\n}\n', line: 3 },
  },
  {
    client: 'codex',
    file: '.codex/config.toml',
    good: 'model = "m"\n',
    unparsable: { content: 'model = "m"\nx = \n', line: 2 },
    wrongShape: { content: 'model = "m"\nmodel_providers = "x"\n', line: 2 },
  },
]

interface Fault {
  readonly title: string
  readonly code: string
  make(path: string, target: Target): Promise<void>
  /** Line that the error must name. */
  line?(target: Target): number
  /** Undoes what keeps the file from being looked at or removed. */
  readonly needsRoot?: boolean
}

const put = async (home: ThrowawayHome, target: Target, content: string) => home.write(`home/${target.file}`, content)

const faults = (home: () => ThrowawayHome): readonly Fault[] => [
  {
    title: 'unparsable',
    code: 'file-unparsable',
    make: async (_path, target) => void (await put(home(), target, target.unparsable.content)),
    line: (target) => target.unparsable.line,
  },
  {
    title: 'of the wrong shape',
    code: 'file-wrong-shape',
    make: async (_path, target) => void (await put(home(), target, target.wrongShape.content)),
    line: (target) => target.wrongShape.line,
  },
  {
    title: 'not UTF-8',
    code: 'file-unparsable',
    make: async (path, target) => {
      await put(home(), target, '')
      const { writeFile } = await import('node:fs/promises')
      await writeFile(path, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))
    },
  },
  {
    title: 'read-only',
    code: 'file-read-only',
    make: async (path, target) => {
      await put(home(), target, target.good)
      await chmod(path, 0o444)
    },
  },
  {
    title: 'in a read-only directory',
    code: 'file-read-only',
    make: async (path, target) => {
      await put(home(), target, target.good)
      await chmod(dirname(path), 0o555)
    },
  },
  {
    title: "somebody else's",
    code: 'file-foreign-owner',
    make: async (path, target) => {
      await put(home(), target, target.good)
      await chown(path, SOMEBODY_ELSE, SOMEBODY_ELSE)
    },
    needsRoot: true,
  },
  {
    title: 'a directory',
    code: 'file-not-regular',
    make: async (path) => void (await mkdir(path, { recursive: true })),
  },
  {
    title: 'a FIFO',
    code: 'file-not-regular',
    make: async (path) => void (await promisify(execFile)('mkfifo', [path])),
  },
  {
    title: 'a link to nowhere',
    code: 'file-dangling-link',
    make: async (path) => symlink('../nowhere/at all', path),
  },
  { title: 'a link in a circle', code: 'file-dangling-link', make: async (path) => symlink(path, path) },
]

describe('a file that gate must not touch', () => {
  let gateway: DevGateway
  let home: ThrowawayHome
  beforeAll(async () => {
    gateway = await startDevGateway()
    home = await createHome({ gateway, clients: 'stub' })
    const setup = await home.gate(['setup', ...home.connection])
    expect(setup, setup.stderr).toMatchObject({ code: 0 })
    expect(await home.gate(['teardown', '--all'])).toMatchObject({ code: 0 })
  })
  afterAll(async () => {
    await gateway.stop()
    await home.remove()
  })

  const root = process.getuid?.() === 0
  const rows = TARGETS.flatMap((target) =>
    faults(() => home)
      .filter(({ needsRoot }) => root || needsRoot !== true)
      .map((fault) => ({ ...fault, target })),
  )

  it.each(rows)('$target.client: $title', async ({ target, code, make, line }) => {
    const path = join(home.home, target.file)
    const directory = dirname(path)
    await make(path, target)
    try {
      const before = await snapshot(home.home)
      const setup = await home.gate(['setup', '--client', target.client, '--json'])
      expect(setup.code, setup.stdout + setup.stderr).toBe(5)
      const { clients } = JSON.parse(setup.stdout) as { clients: { id: string; result: string; error: object }[] }
      expect(clients).toMatchObject([{ id: target.client, result: 'failed', error: { code, file: path } }])
      expect(clients[0]?.error).toMatchObject({
        message: expect.stringMatching(/\S/),
        fix: expect.stringMatching(/\S/),
      })
      if (line) expect(clients[0]?.error).toMatchObject({ line: line(target) })
      const left = differences(before, await snapshot(home.home)).filter((entry) => !entry.includes('/gate'))
      expect(left).toEqual([])

      // People are told the same.
      const told = await home.gate(['setup', '--client', target.client])
      expect(told.code).toBe(5)
      expect(told.stdout + told.stderr).toContain(line ? `${path}:${line(target)}` : path)
    } finally {
      await rm(directory, { recursive: true, force: true })
      await mkdir(directory)
    }
  })

  it.each(TARGETS)(
    '$client: became unparsable after setup, so teardown keeps it listed and can be repeated',
    async (target) => {
      await put(home, target, target.good)
      const before = await snapshot(home.home)
      expect(await home.gate(['setup', '--client', target.client])).toMatchObject({ code: 0 })
      const written = await home.read(`home/${target.file}`)
      await put(home, target, target.unparsable.content)
      const broken = await home.gate(['teardown', '--all'])
      expect(broken).toMatchObject({ code: 5 })
      expect(broken.stdout + broken.stderr).toContain(`${join(home.home, target.file)}:${target.unparsable.line}`)
      expect(await home.read(`home/${target.file}`)).toBe(target.unparsable.content)
      await put(home, target, written)
      expect(await home.gate(['teardown', '--all'])).toMatchObject({ code: 0 })
      const left = differences(before, await snapshot(home.home)).filter((entry) => !entry.includes('/gate'))
      expect(left).toEqual([])
    },
  )

  it.each(TARGETS)('$client: a full disk leaves the old file and says where', async (target) => {
    const directory = join(home.home, dirname(target.file))
    const path = join(home.home, target.file)
    // The file fits, a second one does not.
    const content = target.client === 'codex' ? `# ${'x'.repeat(9000)}\n` : `{ "note": "${'x'.repeat(9000)}" }\n`
    const source = await home.write('full/original', content)
    const script = `
cp "${source}" "${path}"
set +e
"$@"
code=$?
cmp "${source}" "${path}" || exit 90
[ "$(ls -A "${directory}")" = "$(basename "${path}")" ] || exit 91
exit $code`
    const inside = withSmallDisk(directory, 16, '', '/bin/sh', [
      '-c',
      script,
      'sh',
      process.execPath,
      gateExecutable,
      'setup',
      '--client',
      target.client,
      '--json',
    ])
    const setup = await home.run(inside.command, inside.args)
    expect(setup.code, setup.stdout + setup.stderr).toBe(1)
    const { clients } = JSON.parse(setup.stdout) as { clients: object[] }
    expect(clients).toMatchObject([{ id: target.client, result: 'failed', error: { code: 'disk-full' } }])
    expect(setup.stdout).toContain(directory)
  })
})
