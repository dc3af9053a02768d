import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, test } from 'vitest'
import { ask } from './harness/ask.js'
import { originOf, selfSigned, stopServers } from './harness/servers.js'

const certificate = selfSigned('loopback')
const other = selfSigned('other')

let directory: string
let origin: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gate-transport-'))
  origin = await originOf(
    createServer(certificate, (_request, response) => response.end()),
    'https',
  )
})
afterAll(async () => {
  await stopServers()
  await rm(directory, { recursive: true })
})

it('is an authority that is known, or the connection ends', async () => {
  await expect(ask(origin)).rejects.toMatchObject({ kind: 'certificate', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  await expect(ask(origin, { caFile: other.file })).rejects.toMatchObject({ kind: 'certificate' })
  expect(await ask(origin, { caFile: certificate.file })).toMatchObject({ status: 200 })
  const localhost = origin.replace('127.0.0.1', 'localhost')
  await expect(ask(localhost, { caFile: certificate.file })).rejects.toMatchObject({
    kind: 'certificate',
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
})

it('is checked although NODE_TLS_REJECT_UNAUTHORIZED switches that off for the process', async () => {
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  try {
    await expect(ask(origin)).rejects.toMatchObject({ kind: 'certificate' })
  } finally {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
  }
})

it('a CA file that is none is named, also where nothing is encrypted', async () => {
  await writeFile(join(directory, 'empty.pem'), '')
  for (const [file, words] of [
    [directory, 'cannot be read as a file'],
    [join(directory, 'nowhere.pem'), 'cannot be read as a file'],
    [join(directory, 'empty.pem'), 'holds no PEM certificate'],
  ] as const) {
    for (const url of [origin, 'http://127.0.0.1:1']) {
      const error = { code: 'invalid-config', file, message: expect.stringContaining(words) }
      await expect(ask(url, { caFile: file })).rejects.toMatchObject(error)
    }
  }
})

// Node reads these when it starts, so a process of its own does the asking, with the built package.
const ASK = `
import * as fs from 'node:fs/promises'
import { exchange } from '@gate/transport'
const [url, caFile] = process.argv.slice(1)
const bodyLimit = { bytes: 100, beyond: 'fail' }
const options = { url: new URL(url), method: 'GET', headers: {}, caFile, timeoutMs: 5000, bodyLimit }
console.log(await exchange({ env: {}, fs }, options).then(({ status }) => status, ({ code }) => code))`

async function askApart(env: Record<string, string>, ...args: string[]): Promise<string> {
  const init = { cwd: join(import.meta.dirname, '..'), env }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', ASK, origin, ...args],
    init,
  )
  return stdout.trim()
}

test.each<[string, () => Record<string, string>, () => string[], string]>([
  ['nobody', () => ({}), () => [], 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['NODE_EXTRA_CA_CERTS', () => ({ NODE_EXTRA_CA_CERTS: certificate.file }), () => [], '200'],
  [
    'NODE_EXTRA_CA_CERTS beside a CA file',
    () => ({ NODE_EXTRA_CA_CERTS: certificate.file }),
    () => [other.file],
    '200',
  ],
  [
    'the CA file beside NODE_EXTRA_CA_CERTS',
    () => ({ NODE_EXTRA_CA_CERTS: other.file }),
    () => [certificate.file],
    '200',
  ],
  // OpenSSL's variable for the store of the system.
  ['the store of the system', () => ({ SSL_CERT_FILE: certificate.file }), () => [], '200'],
])('%s vouches for it', async (_name, env, args, expected) => {
  expect(await askApart(env(), ...args())).toBe(expected)
})
