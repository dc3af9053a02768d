import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { repositoryFile } from '../harness/documented-commands.ts'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import { npmRegistryAccess } from '../harness/npm-registry-access.ts'
import { type PackageRegistry, startPackageRegistry } from '../harness/package-registry.ts'
import type { Finished } from '../harness/run-process.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const ANSWER = 'The answer came through the gateway, number 4712.'
const require = createRequire(import.meta.url)
const TYPESCRIPT = (require('typescript/package.json') as { version: string }).version

/** Stands for Electron at run time; the program is compiled against its real types. */
const ELECTRON = `
const handlers = new Map()
export const app = { whenReady: async () => {} }
export const BrowserWindow = { getAllWindows: () => [] }
export const ipcMain = { handle: (name, handler) => void handlers.set(name, handler) }
export const shell = { openExternal: async () => {} }
export const call = (name, ...args) => handlers.get(name)({}, ...args)
`

/** Everything that an embedder's process could lose to a library or to a plugin. */
const WATCHED = `
const facts = () => JSON.stringify({
  exit: String(process.exit), listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  globals: Object.getOwnPropertyNames(globalThis).sort(), cwd: process.cwd(), env: process.env,
  timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
  stdout: String(process.stdout.write), prepare: String(Error.prepareStackTrace), title: process.title,
})`

let gateway: DevGateway
let home: ThrowawayHome
let registry: PackageRegistry

beforeAll(async () => {
  gateway = await startDevGateway({ answer: ANSWER })
  home = await createHome({ gateway })
  registry = await startPackageRegistry(home.root)
  await home.write('work/app/package.json', '{ "private": true, "type": "module" }')
  await home.write(
    'work/app/.npmrc',
    `registry=${registry.url}\nignore-scripts=true\naudit=false\nfund=false\nfetch-retries=0\n`,
  )
  const page = await repositoryFile('docs/embedding.md')
  for (const [, file, code] of page.matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)) {
    await home.write(`work/app/${file}`, code ?? '')
  }
  expect(page.match(/^```ts$/gm)).toHaveLength(5)
  const options = {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    exactOptionalPropertyTypes: true,
    types: ['node'],
  }
  await home.write('work/app/tsconfig.json', JSON.stringify({ compilerOptions: options, include: ['*.ts'] }))
  await done(
    npm('install', '@gate/sdk', '@gate/client-codex', `typescript@${TYPESCRIPT}`, '@types/node@24', 'electron'),
  )
}, 300_000)

afterAll(async () => {
  await registry?.stop()
  await home?.remove()
  await gateway?.stop()
})

const app = () => join(home.work, 'app')
const npm = (...args: string[]) => home.run('npm', args, { cwd: app(), env: npmRegistryAccess(), timeoutMs: 240_000 })
const node = (...args: string[]) => home.run('node', args, { cwd: app(), timeoutMs: 60_000 })

async function done(finishing: Promise<Finished>): Promise<string> {
  const finished = await finishing
  expect(finished, `${finished.stdout}${finished.stderr}`).toMatchObject({ code: 0 })
  return finished.stdout
}

const states = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; state: string; confirmedBy: { program: string } | null })

const CONNECTION = () => [gateway.url, gateway.issuer, gateway.clientId]

test('every program of the page compiles against the packed types', { timeout: 120_000 }, async () => {
  await done(node('node_modules/typescript/bin/tsc', '-p', '.'))
})

test('the programs set up the real Codex, tell its status, get a token, list the plugins and give it all back', {
  timeout: 240_000,
}, async () => {
  const before = await snapshot(home.home)
  expect(await done(node('setup.js', ...CONNECTION()))).toBe('Codex CLI configured \n')
  expect(states(await done(node('status.js')))).toEqual([
    expect.objectContaining({
      id: 'codex',
      state: 'connected',
      confirmedBy: expect.objectContaining({ program: 'codex' }),
    }),
  ])
  const answered = await home.codex()
  expect(answered.stdout, answered.stderr).toContain(ANSWER)
  expect(await done(node('token.js', `${gateway.url}/v1/models`))).toBe('200\n')
  expect(await done(node('plugins.js'))).toMatch(/^@gate\/client-codex \S+ codex ok\n$/)
  await home.write(
    'work/app/teardown.mjs',
    `import { openGate } from '@gate/sdk'\nawait openGate().teardown({ purge: true })\n`,
  )
  await done(node('teardown.mjs'))
  expect(differences(before, await snapshot(home.home)).filter((line) => !/\.codex\/(?!config)/.test(line))).toEqual([])
})

test('the same in a worker thread, with twenty looks at once, and the process is as it was', {
  timeout: 240_000,
}, async () => {
  await home.write(
    'work/app/embedder.mjs',
    `import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
// zod keeps a registry in the global object; it comes with the library, not with a plugin.
import 'zod/mini'
import { openGate } from '@gate/sdk'
${WATCHED}
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { workerData: process.argv.slice(2) })
  worker.on('message', (line) => console.log(JSON.stringify(line)))
  worker.on('error', (error) => { console.error(error); process.exitCode = 1 })
} else {
  const [gatewayUrl, issuer, clientId] = workerData
  const before = facts()
  const gate = openGate()
  const { clients } = await gate.setup({ changes: { gatewayUrl, issuer, clientId } })
  const seen = await Promise.all(Array.from({ length: 20 }, () => gate.status()))
  const foreign = (await gate.list()).clients.map(({ id, error }) => [id, error?.code ?? 'ok'])
  const undone = await gate.teardown({ purge: true })
  await new Promise((resolve) => setTimeout(resolve, 300))
  parentPort.postMessage({
    setup: clients.map(({ id, result }) => [id, result]),
    states: [...new Set(seen.map(({ clients }) => JSON.stringify(clients.map(({ id, state }) => [id, state]))))],
    foreign,
    undone: undone.clients.map(({ id, result }) => [id, result]),
    same: facts() === before ? true : [before, facts()],
  })
}
`,
  )
  // A plugin of somebody else, which does to its process what an embedder must not see.
  await home.write(
    'work/app/node_modules/gate-client-rude/package.json',
    JSON.stringify({
      name: 'gate-client-rude',
      version: '1.0.0',
      type: 'module',
      exports: { '.': './index.js', './package.json': './package.json' },
      gate: { client: './index.js', apiVersion: 1, id: 'rude' },
    }),
  )
  await home.write(
    'work/app/node_modules/gate-client-rude/index.js',
    `process.exit = () => {}
globalThis.rude = setInterval(() => {}, 10)
process.on('SIGTERM', () => {})
process.env.RUDE = '1'
export default {
  apiVersion: 1, id: 'rude', displayName: 'Rude',
  detect: async () => { process.chdir('/'); return { installed: false, evidence: [] } },
  configure: async () => ({}), revert: async () => ({}), status: async () => ({}),
}
`,
  )
  const said = JSON.parse(await done(node('embedder.mjs', ...CONNECTION()))) as Record<string, unknown>
  expect(said).toEqual({
    setup: expect.arrayContaining([['codex', 'configured']]),
    states: [expect.stringContaining('["codex","connected"]')],
    foreign: expect.arrayContaining([['rude', 'ok']]),
    undone: [['codex', 'reverted']],
    same: true,
  })
})

test('the main process of Electron answers its windows', { timeout: 120_000 }, async () => {
  await done(npm('uninstall', 'electron'))
  await home.write(
    'work/app/node_modules/electron/package.json',
    '{ "name": "electron", "type": "module", "exports": "./index.js" }',
  )
  await home.write('work/app/node_modules/electron/index.js', ELECTRON)
  await home.write(
    'work/app/windows.mjs',
    `import './electron-main.js'
import { call } from 'electron'
const { clients } = await call('gate:status')
console.log(clients.map(({ id, state }) => id + ' ' + state).join('\\n'))
await call('gate:teardown')
`,
  )
  expect(await done(node('windows.mjs'))).toContain('codex detected\n')
})
