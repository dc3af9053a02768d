import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Finished, runProcess } from './run-process.ts'

/** A user of this system who is neither root nor the one that runs the tests. */
export interface OtherUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

/** Places that two more users can reach, and gate installed where both can run it. */
export interface SharedMachine {
  readonly root: string
  readonly a: OtherUser
  readonly b: OtherUser
  /** Runs gate as one of them, or as root. */
  gate(who: OtherUser | 'root', args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished>
  /** Makes a directory with all its parents, of this owner and mode. */
  directory(path: string, owner: { readonly uid: number; readonly gid: number }, mode?: number): string
  remove(): void
}

const ROOT = { uid: 0, gid: 0 }
const CLI = fileURLToPath(new URL('../../packages/cli/', import.meta.url))

/** Needs root: makes the users when `.ci/run` has not. */
export function createSharedMachine(): SharedMachine {
  const root = mkdtempSync('/var/tmp/gate-users-')
  chmodSync(root, 0o755)
  // A clone may lie where only its owner can go, and so may the Node that runs this.
  const installed = join(root, 'lib/node_modules/@gate/cli')
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(CLI, part), join(installed, part), { recursive: true })
  }
  const node = join(root, 'lib/node')
  cpSync(process.execPath, node)
  execFileSync('chmod', ['-R', 'go+rX,go-w', join(root, 'lib')])
  const directory = (path: string, { uid, gid }: { uid: number; gid: number }, mode = 0o755) => {
    mkdirSync(path, { recursive: true })
    chownSync(path, uid, gid)
    chmodSync(path, mode)
    return path
  }
  const user = (name: string): OtherUser => {
    const { uid, gid } = idsOf(name)
    return { name, uid, gid, home: directory(join(root, 'home', name), { uid, gid }) }
  }
  return {
    root,
    a: user('gate-test-a'),
    b: user('gate-test-b'),
    directory,
    gate(who, args, env = {}) {
      const { uid, gid, home } = who === 'root' ? { ...ROOT, home: directory(join(root, 'root'), ROOT, 0o700) } : who
      return runProcess(node, [join(installed, 'bin/run.js'), ...args], {
        env: { HOME: home, PATH: '/usr/bin:/bin', NO_COLOR: '1', ...env },
        cwd: '/',
        uid,
        gid,
      })
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

function idsOf(name: string): { readonly uid: number; readonly gid: number } {
  if (!lineOf(name)) execFileSync('useradd', ['--no-create-home', '--user-group', '--shell', '/bin/sh', name])
  const [, , uid, gid] = lineOf(name)?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

function lineOf(name: string): string | undefined {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
}

/** Gives a tree to a user. */
export function giveTo({ uid, gid }: { readonly uid: number; readonly gid: number }, path: string): void {
  execFileSync('chown', ['-hR', `${uid}:${gid}`, path])
}
