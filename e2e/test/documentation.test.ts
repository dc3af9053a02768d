import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentedPages, repositoryFile, rootScripts } from '../harness/documented-commands.ts'
import { npmRegistryAccess } from '../harness/npm-registry-access.ts'
import { type PackageRegistry, startPackageRegistry } from '../harness/package-registry.ts'
import { runProcess } from '../harness/run-process.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

// The names that the pages use for what an organisation runs.
const GATEWAY_IN_PAGES = 'https://llm.example.com'
const ISSUER_IN_PAGES = 'https://login.example.com'
const CLIENT_ID_IN_PAGES = '--client-id gate'

let gateway: DevGateway
let registry: PackageRegistry
let place: ThrowawayHome
let prefix: string

beforeAll(async () => {
  gateway = await startDevGateway()
  place = await createHome({ gateway })
  registry = await startPackageRegistry(place.root)
  prefix = join(place.root, 'prefix')
  await mkdir(prefix)
  const npmrc = [
    `registry=${registry.url}`,
    // Publishing asks for somebody who has signed in.
    `//${new URL(registry.url).host}/:_authToken=token-of-the-documentation-test`,
    `prefix=${prefix}`,
    `cache=${join(place.root, 'npm-cache')}`,
    'update-notifier=false',
    'fund=false',
    'fetch-retries=0',
  ]
  await writeFile(join(place.home, '.npmrc'), npmrc.join('\n'))
  // The client that the pages write a plugin for.
  await place.write('bin/example', '#!/bin/sh\n', 0o755)
}, 300_000)

afterAll(async () => {
  await registry?.stop()
  await gateway?.stop()
  await place?.remove()
})

/** Runs a line as it stands in a page, except for the names of the organisation's servers. */
function runLine(line: string, timeoutMs = 120_000) {
  const real = line
    .replaceAll(GATEWAY_IN_PAGES, gateway.url)
    .replaceAll(ISSUER_IN_PAGES, gateway.issuer)
    .replaceAll(CLIENT_ID_IN_PAGES, `--client-id ${gateway.clientId}`)
    .replaceAll('GATE_TOKEN=…', 'GATE_TOKEN=token-of-the-documentation-test')
  return runProcess('/bin/sh', ['-c', real], {
    cwd: place.work,
    env: {
      ...place.env,
      ...(/\bnp[mx] |^gate plugins add/.test(line) ? npmRegistryAccess() : {}),
      PATH: `${prefix}/bin:${place.env.PATH}:${process.env.PATH}`,
    },
    timeoutMs,
  })
}

const pages = await documentedPages()
const scripts = await rootScripts()

describe.each(pages)('$page', ({ commands }) => {
  test.each(commands)('%s', { timeout: 300_000 }, async (line) => {
    const script = /^npx --yes (?<pnpm>pnpm@\S+) (?<name>\S+)$/.exec(line)?.groups
    if (script) {
      // These run the repository itself: .ci/run executes them, here only their names can go wrong.
      expect((JSON.parse(await repositoryFile('package.json')) as { packageManager: string }).packageManager).toBe(
        script.pnpm,
      )
      if (script.name !== 'install') expect(scripts).toHaveProperty([script.name ?? ''])
      return
    }
    if (line.startsWith('npx gate-dev-gateway')) {
      // It serves until it is stopped, so the time limit ends it.
      const started = await runLine(line.replace('npx ', 'npx --yes --package @gate/dev-gateway '), 25_000)
      expect(started.stdout).toContain('gate setup --gateway-url http://127.0.0.1:')
      return
    }
    const finished = await runLine(line, 240_000)
    expect(finished, `${finished.stdout}\n${finished.stderr}`).toMatchObject({ code: 0 })
    if (line.includes('GATE_TOKEN')) expect(finished.stdout).toBe('token-of-the-documentation-test\n')
  })
})

test('the samples of the page for authors make a plugin that passes its tests', { timeout: 300_000 }, async () => {
  const page = await repositoryFile('docs/plugin-authors.md')
  const samples = [...page.matchAll(/^```ts\n\/\/ (?<file>\S+)\n(?<code>[\s\S]*?)^```$/gm)].map(({ groups }) => groups)
  expect(samples.map((sample) => sample?.file)).toEqual([
    'src/plan.ts',
    'src/index.ts',
    'src/ask.ts',
    'test/plugin.test.ts',
  ])
  expect(page.match(/^```ts$/gm)).toHaveLength(samples.length)
  const lines = [
    'npm install -g @gate/cli',
    'mkdir samples && cd samples && gate plugins create example',
    'rm -r samples/gate-client-example/src samples/gate-client-example/test',
    'cd samples/gate-client-example && npm install && npm install @gate/client-kit',
  ]
  for (const line of lines) expect(await runLine(line, 240_000)).toMatchObject({ code: 0 })
  for (const sample of samples)
    await place.write(`work/samples/gate-client-example/${sample?.file}`, sample?.code ?? '')
  const finished = await runLine('cd samples/gate-client-example && npm test', 240_000)
  expect(finished, `${finished.stdout}\n${finished.stderr}`).toMatchObject({ code: 0 })
})

test('the pages show the commands that matter', () => {
  const all = pages.flatMap(({ commands }) => commands)
  for (const name of [
    'npm install -g @gate/cli',
    'gate setup',
    'gate status',
    'gate teardown',
    'gate login',
    'gate logout',
  ])
    expect(
      all.some((line) => line.startsWith(name)),
      name,
    ).toBe(true)
})
