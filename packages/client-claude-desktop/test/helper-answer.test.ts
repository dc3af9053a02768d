import { chmodSync, writeFileSync } from 'node:fs'
import type { Connection } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { helperAnswerProblem } from '../src/helper-answer.js'
import { createRealMachine, removeMachinesAfterEach } from './real-machine.js'

removeMachinesAfterEach()

const SECRET = 'secret-token-of-the-helper'

async function problem(script: string | undefined, auth: Connection['auth'] = { kind: 'api-key' }, timeoutMs = 5000) {
  const machine = createRealMachine()
  const command = machine.path("it's a helper")
  if (script !== undefined) {
    writeFileSync(command, `#!/bin/sh\n${script}\n`)
    chmodSync(command, 0o700)
  }
  const connection: Connection = {
    profile: 'default',
    gatewayUrl: 'https://gw.example.com',
    paths: { anthropic: '', openai: '' },
    auth,
    models: [],
    headers: {},
    helper: { command, args: ['own'] },
  }
  const env = { SILENT: 'yes', PATH: '/usr/bin:/bin' }
  const reason = await helperAnswerProblem(machine.host, connection, { args: ['more'], env, timeoutMs })
  expect(JSON.stringify(reason ?? '')).not.toContain(SECRET)
  return reason
}

describe('what a helper answers', () => {
  it.each([
    ['a token', `echo ${SECRET}`],
    ['a token without a newline', `printf ${SECRET}`],
    ['with the arguments of the connection and more', `[ "$*" = 'own more' ] && echo ${SECRET}`],
    ['in exactly the environment that was asked for', `[ "$SILENT" = yes ] && [ -z "$HOME" ] && echo ${SECRET}`],
    ['from the root directory, with nothing on stdin', `[ "$PWD" = / ] && ! read -r line && echo ${SECRET}`],
    ['with warnings beside it', `echo warning >&2; echo ${SECRET}`],
  ])('%s is fine', async (_, script) => expect(await problem(script)).toBeUndefined())

  it.each([
    ['nothing', 'exit 0', 'something else'],
    ['two lines', `echo ${SECRET}; echo ${SECRET}`, 'something else'],
    ['two words', `echo Bearer ${SECRET}`, 'something else'],
    ['a colour', `printf '\\033[1m${SECRET}'`, 'something else'],
    [
      'a failure with its reason',
      `echo ${SECRET}; echo noise >&2; echo 'sign in first' >&2; exit 3`,
      'code 3: sign in first',
    ],
    ['a failure without one', 'exit 1', 'code 1.'],
  ])('%s is not, and its output is not repeated', async (_, script, message) => {
    expect(await problem(script)).toMatchObject({ code: 'helper-failing', message: expect.stringContaining(message) })
  })

  it('a helper that hangs or cannot be started', async () => {
    expect(await problem('exec sleep 60', { kind: 'api-key' }, 300)).toMatchObject({
      message: expect.stringContaining('no answer'),
    })
    expect(await problem(undefined)).toMatchObject({ message: expect.stringContaining('cannot be started') })
  })

  it('none is run where none is needed', async () => {
    expect(await problem('exit 1', { kind: 'none' })).toBeUndefined()
  })
})
