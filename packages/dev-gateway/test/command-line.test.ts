import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { readArguments } from '../src/cli/arguments.js'
import { setupCommand } from '../src/cli/banner.js'
import { runningGateway } from './running-gateway.js'

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url))

test('reads every option', () => {
  const command = readArguments([
    ...['--port', '1', '--issuer-port', '2', '--lifetime', '3', '--anthropic-path', '/a', '--openai-path', ''],
    ...['--answer', 'yes', '--auth', 'none', '--consent', 'manual', '--json'],
  ])
  expect(command).toEqual({
    kind: 'serve',
    json: true,
    options: {
      port: 1,
      issuerPort: 2,
      accessTokenLifetime: 3,
      anthropicPath: '/a',
      openaiPath: '',
      answer: 'yes',
      auth: 'none',
      consent: 'manual',
    },
  })
})

test('defaults are left to the gateway', () => {
  expect(readArguments([])).toEqual({ kind: 'serve', json: false, options: {} })
})

test.each(['--help', '-h'])('%s', (option) => {
  expect(readArguments([option])).toEqual({ kind: 'help' })
})

test.each([
  [['--port', '65536'], '--port'],
  [['--port', 'x'], '--port'],
  [['--issuer-port', '1.5'], '--issuer-port'],
  [['--lifetime', '0'], '--lifetime'],
  [['--auth', 'basic'], '--auth must be oidc, api-key, none'],
  [['--consent', 'maybe'], '--consent'],
  [['--unknown'], '--unknown'],
  [['word'], 'word'],
])('refuses %j', (args, named) => {
  expect(() => readArguments(args)).toThrow(named)
})

test('the setup command says what this gateway needs', async () => {
  const oidc = await runningGateway({ anthropicPath: '/anthropic' })
  expect(setupCommand(oidc, 'oidc')).toBe(
    `gate setup --gateway-url ${oidc.url} --anthropic-path /anthropic --issuer ${oidc.issuer} --client-id gate-dev`,
  )
  const key = await runningGateway({ auth: 'api-key', apiKeys: ['k'], openaiPath: '/o' })
  expect(setupCommand(key, 'api-key')).toBe(
    `echo k | gate setup --gateway-url ${key.url} --openai-path /o --api-key-stdin`,
  )
  const none = await runningGateway({ auth: 'none' })
  expect(setupCommand(none, 'none')).toBe(`gate setup --gateway-url ${none.url}`)
})

function start(...args: string[]): { child: ChildProcessWithoutNullStreams; line: () => Promise<string> } {
  const child = spawn(process.execPath, [bin, ...args])
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return { child, line: async () => String((await lines.next()).value) }
}

test.each(['SIGINT', 'SIGTERM'] as const)('serves until %s', async (signal) => {
  const { child, line } = start('--json', '--answer', 'from the command line', '--auth', 'api-key')
  const { schemaVersion, gateway, apiKeys, setup } = JSON.parse(await line())
  expect([schemaVersion, setup]).toEqual([1, expect.stringContaining(`--gateway-url ${gateway}`)])
  const response = await fetch(`${gateway}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': apiKeys[0] },
    body: JSON.stringify({ model: 'm', max_tokens: 1, messages: [] }),
  })
  expect(await response.json()).toMatchObject({ content: [{ text: 'from the command line' }] })
  const logged = await line()
  expect(JSON.parse(logged)).toMatchObject({ server: 'gateway', method: 'POST', path: '/v1/messages', status: 200 })
  expect(logged).not.toContain(apiKeys[0])
  child.kill(signal)
  expect(await once(child, 'exit')).toEqual([0, null])
  await expect(fetch(gateway)).rejects.toThrow()
})

test('prints for people', async () => {
  const { child, line } = start('--anthropic-path', '/anthropic')
  const url = String((await line()).split(/\s+/)[1])
  expect(await line()).toBe(`anthropic  ${url}/anthropic/v1/messages`)
  let text = ''
  while (!text.includes('Stop with')) text += `${await line()}\n`
  expect(text).toContain(`gate setup --gateway-url ${url} --anthropic-path /anthropic --issuer http://127.0.0.1:`)
  await fetch(`${url}/nowhere?key=secret`, { headers: { authorization: 'Bearer top-secret' } })
  expect(await line()).toMatch(/^gateway 404 GET {2}\/nowhere #[0-9a-f]{8} \d+ ms$/)
  child.kill('SIGINT')
  await once(child, 'exit')
})

const run = promisify(execFile)

test('a wrong option is a usage error on stderr', async () => {
  await expect(run(process.execPath, [bin, '--lifetime', 'x'])).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: 'gate-dev-gateway: --lifetime must be a whole number from 1 to 3153600000; got "x"\n',
  })
  await expect(run(process.execPath, [bin, '--openai-path', 'x'])).rejects.toMatchObject({ code: 2 })
})

test('a taken port is an error that names it', async () => {
  const gateway = await runningGateway()
  const { port } = new URL(gateway.url)
  await expect(run(process.execPath, [bin, '--port', port])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(port),
  })
})

test('help', async () => {
  const { stdout } = await run(process.execPath, [bin, '--help'])
  expect(stdout).toMatch(/^Starts an LLM gateway/)
  expect(stdout).toContain('--consent MODE')
})
