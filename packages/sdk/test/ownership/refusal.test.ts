import { execFileSync } from 'node:child_process'
import { type Action, advice } from '@gate/core'
import { expect, test } from 'vitest'
import type { Foreign } from '../../src/ownership/find-foreign.js'
import { refusal } from '../../src/ownership/refuse-foreign.js'
import { shellWord } from '../../src/ownership/shell-word.js'

const foreign = (init: Partial<Foreign> & { readonly uid?: number; readonly mode?: number }): Foreign => ({
  path: '/home/me/.config/gate',
  directory: '/home/me/.config/gate',
  problem: 'foreign-owner',
  role: 'own',
  seen: { uid: init.uid ?? 1001, gid: 0, mode: init.mode ?? 0o755, kind: 'directory' },
  ...init,
})

const run = (command: string): Action => ({ action: 'run', command })

test.each([
  [foreign({}), run('sudo chown 1000 /home/me/.config/gate')],
  [foreign({ uid: 0 }), run('sudo chown -R 1000 /home/me/.config/gate')],
  [foreign({ uid: 1000, problem: 'open-to-others', mode: 0o777 }), run('chmod 700 /home/me/.config/gate')],
  [
    foreign({ uid: 1000, problem: 'open-to-others', role: 'inside', path: '/home/me/.config/gate/locks' }),
    run('chmod 700 /home/me/.config/gate'),
  ],
  [foreign({ uid: 1000, problem: 'open-to-others', role: 'parent', path: '/home/me' }), run('chmod go-w /home/me')],
  [foreign({ uid: 0, problem: 'open-to-others', role: 'parent', path: '/srv/a b' }), run("sudo chmod go-w '/srv/a b'")],
  [
    foreign({ role: 'parent', path: "/srv/it's" }),
    advice('Set GATE_HOME to a directory of your own, or', run("sudo chown 1000 '/srv/it'\\''s'")),
  ],
])('%#: the fix is the command that helps', (found, fix) => {
  const error = refusal(found, 1000)
  expect(error).toMatchObject({ code: 'file-foreign-owner', exitCode: 5, file: found.path, fix })
  expect(error.message).toContain('Nothing was read')
})

test('root is sent away from the home of somebody else, not told to take it', () => {
  const { fix } = refusal(foreign({ role: 'parent', path: '/home/b' }), 0)
  expect(fix).toEqual(advice('Run gate as the user who owns it, without sudo.'))
})

test.each(['/a', "/it's", '/a b', '/$HOME', '/`id`', '/new\nline', '-rf', '/ünï', '/a;b', '~'])(
  'a shell reads %j as it is written',
  (path) => {
    const said = execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(path)}`], { encoding: 'utf8' })
    expect(said).toBe(path)
  },
)
