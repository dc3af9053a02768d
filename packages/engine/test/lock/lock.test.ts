import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { isLocked, withLock } from '../../src/lock/lock.js'
import { json, planOf } from '../support/plans.js'
import { createSandbox, leftoversIn, removeSandboxesAfterEach, type Sandbox } from '../support/sandbox.js'

removeSandboxesAfterEach()

const LONG = { timeout: 60_000 }
const children: ChildProcessWithoutNullStreams[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

interface Child {
  readonly process: ChildProcessWithoutNullStreams
  /** The next line that it prints. */
  line(): Promise<string>
}

function start(script: string, sandbox: Sandbox, ...args: string[]): Child {
  const path = fileURLToPath(new URL(`children/${script}`, import.meta.url))
  const child = spawn(process.execPath, [path, sandbox.home, `${sandbox.root}/gate`, ...args])
  children.push(child)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return { process: child, line: async () => String((await lines.next()).value) }
}

const locksOf = (sandbox: Sandbox) => `${sandbox.root}/gate/state/locks`

describe('F17 a lock', () => {
  it('excludes everybody else while it is held, and leaves nothing behind', LONG, async () => {
    const sandbox = createSandbox()
    const counter = sandbox.path('counter')
    writeFileSync(counter, '0')
    const add = () =>
      withLock(sandbox.host, 'test', async () => {
        const before = Number(readFileSync(counter, 'utf8'))
        await sandbox.host.clock.sleep(1)
        writeFileSync(counter, String(before + 1))
      })
    await Promise.all(Array.from({ length: 20 }, add))
    expect(readFileSync(counter, 'utf8')).toBe('20')
    expect(readdirSync(locksOf(sandbox))).toEqual([])
  })

  it('for records of plugins: one at a time under one name, side by side under two, and beside the engine', async () => {
    const { host, path } = createSandbox()
    const running = new Set<string>()
    let together = 0
    const work = (name: string) =>
      host.engine.exclusively(name, async () => {
        expect(running).not.toContain(name)
        running.add(name)
        together = Math.max(together, running.size)
        const file = path(`${name}.json`)
        await host.engine.apply(planOf(name, json(file, ['a'], 'b')), { profile: 'p' })
        running.delete(name)
        return name
      })
    expect(await Promise.all(['a', 'a', 'b', 'b'].map(work))).toEqual(['a', 'a', 'b', 'b'])
    expect(together).toBe(2)
  })

  it('is released when its work fails, with the error of the work', async () => {
    const sandbox = createSandbox()
    const failing = withLock(sandbox.host, 'test', () => Promise.reject(new Error('the work')))
    await expect(failing).rejects.toThrow('the work')
    expect(await withLock(sandbox.host, 'test', async () => 'free')).toBe('free')
  })

  it('held by a living process: the others wait, then say whom for', LONG, async () => {
    const sandbox = createSandbox()
    const holder = start('hold-lock.mjs', sandbox, 'test')
    expect(await holder.line()).toBe('held')
    expect(await isLocked(sandbox.host, 'test')).toBe(true)
    await expect(withLock(sandbox.host, 'test', async () => {}, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'lock-timeout',
      message: expect.stringContaining(String(holder.process.pid)),
      exitCode: 1,
    })
    holder.process.stdin.end()
    expect(await holder.line()).toBe('kept')
    await withLock(sandbox.host, 'test', async () => {})
    expect(readdirSync(locksOf(sandbox))).toEqual([])
  })

  it('whose holder was killed is taken over at once, not after the stale time', LONG, async () => {
    const sandbox = createSandbox()
    const holder = start('hold-lock.mjs', sandbox, 'test')
    expect(await holder.line()).toBe('held')
    holder.process.kill('SIGKILL')
    await once(holder.process, 'close')
    expect(existsSync(`${locksOf(sandbox)}/test.lock`)).toBe(true)
    expect(await isLocked(sandbox.host, 'test')).toBe(false)
    let sleeps = 0
    const clock = { now: () => 0, sleep: async () => void sleeps++ }
    await withLock({ ...sandbox.host, clock }, 'test', async () => {})
    expect(sleeps).toBe(0)
    expect(readdirSync(locksOf(sandbox))).toEqual([])
  })

  it(
    'whose holder was killed while the process that started it has not noticed yet is taken over, too',
    LONG,
    async () => {
      const sandbox = createSandbox()
      // sh does not wait for its child, so that the killed one stays a zombie.
      const path = fileURLToPath(new URL('children/hold-lock.mjs', import.meta.url))
      const command = `"$0" "$1" "$2" "$3" test <&3 & echo $!; exec sleep 60`
      const shell = spawn('sh', [
        '-c',
        `exec 3<&0; ${command}`,
        process.execPath,
        path,
        sandbox.home,
        `${sandbox.root}/gate`,
      ])
      children.push(shell)
      const lines = createInterface(shell.stdout)[Symbol.asyncIterator]()
      const pid = Number((await lines.next()).value)
      expect((await lines.next()).value).toBe('held')
      process.kill(pid, 'SIGKILL')
      await withLock(sandbox.host, 'test', async () => {}, { timeoutMs: 5000, staleMs: 100_000 })
    },
  )

  it('of a process whose id belongs to another one by now is taken over', async () => {
    const sandbox = createSandbox()
    mkdirSync(`${locksOf(sandbox)}/test.lock`, { recursive: true })
    const namespace = await withLock(sandbox.host, 'other', async () => {
      const owner = JSON.parse(readFileSync(`${locksOf(sandbox)}/other.lock/owner.json`, 'utf8'))
      return owner.namespace as string
    })
    const owner = { pid: process.pid, startTime: '1', namespace, token: 'old' }
    writeFileSync(`${locksOf(sandbox)}/test.lock/owner.json`, JSON.stringify(owner))
    await withLock(sandbox.host, 'test', async () => {}, { timeoutMs: 1000, staleMs: 100_000 })
  })

  it('F18 of another container or machine with the same process id is not touched while it gives signs of life', async () => {
    const sandbox = createSandbox()
    const lock = `${locksOf(sandbox)}/test.lock`
    mkdirSync(lock, { recursive: true })
    // No such process here, but it says that it lives elsewhere.
    const owner = { pid: 2 ** 22 + 1, startTime: '1', namespace: 'another boot pid:[1]', token: 'theirs' }
    writeFileSync(`${lock}/owner.json`, JSON.stringify(owner))
    const claim = `${lock}.77-0badcafe-1`
    mkdirSync(claim)
    await expect(withLock(sandbox.host, 'test', async () => {}, { timeoutMs: 400 })).rejects.toMatchObject({
      code: 'lock-timeout',
    })
    expect(readdirSync(lock)).toEqual(['owner.json'])
    await withLock(sandbox.host, 'test', async () => {}, { staleMs: 300 })
    expect(existsSync(claim)).toBe(true)
  })

  it.each(['', '{', '{"pid":-1,"token":"x"}'])(
    'whose owner file holds %j is taken over after the stale time',
    async (text) => {
      const sandbox = createSandbox()
      const lock = `${locksOf(sandbox)}/test.lock`
      mkdirSync(lock, { recursive: true })
      writeFileSync(`${lock}/owner.json`, text)
      await expect(withLock(sandbox.host, 'test', async () => {}, { timeoutMs: 200 })).rejects.toMatchObject({
        code: 'lock-timeout',
      })
      await withLock(sandbox.host, 'test', async () => {}, { staleMs: 200 })
      expect(readdirSync(locksOf(sandbox))).toEqual([])
    },
  )

  it('whose holder is suspended longer than the stale time is taken over, and the holder notices', LONG, async () => {
    const sandbox = createSandbox()
    const holder = start('hold-lock.mjs', sandbox, 'test')
    expect(await holder.line()).toBe('held')
    holder.process.kill('SIGSTOP')
    await withLock(sandbox.host, 'test', async () => {}, { staleMs: 2500 })
    holder.process.kill('SIGCONT')
    holder.process.stdin.end()
    expect(await holder.line()).toBe('lock-lost')
    expect(readdirSync(locksOf(sandbox))).toEqual([])
  })

  it('is not taken from a holder that works for longer than the stale time', LONG, async () => {
    const sandbox = createSandbox()
    const holder = start('hold-lock.mjs', sandbox, 'test')
    expect(await holder.line()).toBe('held')
    const waiting = withLock(sandbox.host, 'test', async () => {}, { staleMs: 2500, timeoutMs: 4000 })
    await expect(waiting).rejects.toMatchObject({ code: 'lock-timeout' })
    holder.process.stdin.end()
    expect(await holder.line()).toBe('kept')
  })

  it('F21 is not disturbed by a clock that jumps an hour back and a year ahead', LONG, async () => {
    const sandbox = createSandbox()
    const holder = start('hold-lock.mjs', sandbox, 'test')
    expect(await holder.line()).toBe('held')
    let now = Date.now()
    const { clock } = sandbox.host
    const jumping = { ...clock, now: () => (now += now % 2 ? 31_536_000_000 : -3_600_000) }
    await expect(
      withLock({ ...sandbox.host, clock: jumping }, 'test', async () => {}, { timeoutMs: 500 }),
    ).rejects.toMatchObject({ code: 'lock-timeout' })
    holder.process.stdin.end()
    expect(await holder.line()).toBe('kept')
  })

  it('stops waiting when it is told to', async () => {
    const sandbox = createSandbox()
    await withLock(sandbox.host, 'test', async () => {
      const waiting = withLock(sandbox.host, 'test', async () => {}, { signal: AbortSignal.timeout(100) })
      await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' })
    })
    expect(readdirSync(locksOf(sandbox))).toEqual([])
  })

  it('F18 directories of processes that were killed while waiting go, those of living ones stay', LONG, async () => {
    const sandbox = createSandbox()
    const holder = start('hold-lock.mjs', sandbox, 'test')
    expect(await holder.line()).toBe('held')
    const waiters = [start('hold-lock.mjs', sandbox, 'test'), start('hold-lock.mjs', sandbox, 'test')]
    const claims = () => readdirSync(locksOf(sandbox)).filter((name) => name !== 'test.lock')
    await expect.poll(() => claims().length, { timeout: 20_000 }).toBe(2)
    waiters[0]?.process.kill('SIGKILL')
    await once(waiters[0]?.process as ChildProcessWithoutNullStreams, 'close')
    holder.process.stdin.end()
    expect(await waiters[1]?.line()).toBe('held')
    await expect.poll(() => claims(), { timeout: 20_000 }).toEqual([])
    waiters[1]?.process.stdin.end()
    expect(await waiters[1]?.line()).toBe('kept')
    expect(readdirSync(locksOf(sandbox))).toEqual([])
  })
})

it(
  'F17 a setup that is suspended just before its rename cannot finish after another process took over',
  LONG,
  async () => {
    const sandbox = createSandbox()
    const file = sandbox.path('s.json')
    const text = '{ "mine": 1 }\n'
    writeFileSync(file, text)
    const plan = planOf('demo', json(file, ['a'], 'slow'))
    const slow = start('suspended-apply.mjs', sandbox, JSON.stringify(plan))
    expect(await slow.line()).toBe('stopping')
    // Taking over takes the stale time, because the holder still exists. What it had decided is finished, then undone.
    const { notes } = await sandbox.host.engine.revert('demo')
    expect(notes.map(({ message }) => message).join()).toContain('interrupted')
    expect(readFileSync(file, 'utf8')).toBe(text)
    slow.process.kill('SIGCONT')
    expect(await slow.line()).toMatch(/^(io-failed|lock-lost)$/)
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(await sandbox.host.engine.receipts()).toEqual([])
    expect(leftoversIn(sandbox.root)).toEqual([])
    rmSync(file)
  },
)
