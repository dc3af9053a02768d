/** The home directory that is measured in: four clients set up, whose programs confirm it at once. */
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGES = fileURLToPath(new URL('../../packages/', import.meta.url))
/** The packages of an installation of gate with every plugin, as a package manager puts them beside each other. */
const INSTALLED = [
  ...['cli', 'core', 'client-kit'],
  ...['client-claude-code', 'client-claude-desktop', 'client-codex', 'client-opencode', 'client-pi'],
]

/** Each client, and what its program prints when it is asked what it uses: that it uses what gate wrote. */
const PROGRAMS = {
  'claude-code': {
    program: 'claude',
    says: {
      loggedIn: true,
      authMethod: 'api_key_helper',
      apiProvider: 'firstParty',
      apiKeySource: 'apiKeyHelper',
    },
  },
  codex: { program: 'codex', says: { checks: { 'config.load': { details: { 'model provider': 'gate' } } } } },
  opencode: {
    program: 'opencode',
    says: { plugin: ['/opencode/plugin/gate.js'], model: 'gate/default', small_model: 'gate/default-small' },
  },
  pi: {
    program: 'pi',
    says: (/** @type {string} */ gatewayUrl) => ({
      command: 'get_state',
      data: { model: { provider: 'gate', id: 'claude-opus-4-8', baseUrl: gatewayUrl } },
    }),
  },
}

/** The clients that are set up, by id. */
export const CLIENTS = Object.keys(PROGRAMS)

/**
 * @typedef {object} BenchHome
 * @property {NodeJS.ProcessEnv} env Environment of every command.
 * @property {(...args: string[]) => string[]} gate The command line of gate with these arguments.
 * @property {string[]} setup The command that sets the clients up.
 * @property {() => Promise<string>} shim Path of the helper, once the clients are set up.
 * @property {string} token The cached token's file.
 * @property {() => Promise<void>} remove
 */

/**
 * @param {object} options
 * @param {string} options.gatewayUrl Address of the gateway, without a path.
 * @param {string} options.issuer @param {string} options.clientId
 * @param {string} options.browser Program that signs in.
 * @returns {Promise<BenchHome>}
 */
export async function createBenchHome({ gatewayUrl, issuer, clientId, browser }) {
  const home = await mkdtemp(join(tmpdir(), 'gate-bench-'))
  const bin = join(home, 'bin')
  for (const directory of ['bin', '.claude', '.codex', '.config/opencode', '.pi/agent']) {
    await mkdir(join(home, directory), { recursive: true })
  }
  await symlink(process.execPath, join(bin, 'node'))
  // They answer at once: their own time is not the command's.
  for (const { program, says } of Object.values(PROGRAMS)) {
    const answer = typeof says === 'function' ? says(gatewayUrl) : says
    await writeFile(join(bin, program), `#!/bin/sh\nprintf %s '${JSON.stringify(answer)}'\n`, { mode: 0o755 })
  }
  const scope = join(home, 'lib', 'node_modules', '@gate')
  for (const name of INSTALLED) await install(name, scope)
  const gate = (/** @type {string[]} */ ...args) => [process.execPath, join(scope, 'cli', 'bin', 'run.js'), ...args]
  const helpers = join(home, '.local', 'state', 'gate', 'bin')
  return {
    // NODE_EXTRA_CA_CERTS alone costs Node 20 about 50 ms per start, and nothing of the caller belongs in here anyway.
    env: {
      HOME: home,
      PATH: `${bin}:/usr/bin:/bin`,
      BROWSER: browser,
      GATE_SECRET_STORE: 'file',
      GATE_SECRET_STORE_PASSPHRASE: 'bench',
    },
    gate,
    setup: gate(
      ...['setup', '--gateway-url', gatewayUrl, '--issuer', issuer, '--client-id', clientId],
      ...['--anthropic-path', '', '--openai-path', ''],
    ),
    shim: async () => join(helpers, (await readdir(helpers))[0] ?? ''),
    token: join(home, '.cache', 'gate', 'tokens', 'default.json'),
    remove: () => rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  }
}

/**
 * Copies a package as it is published.
 *
 * @param {string} name @param {string} scope
 */
async function install(name, scope) {
  const [from, to] = [join(PACKAGES, name), join(scope, name)]
  await mkdir(to, { recursive: true })
  for (const part of await readdir(from)) {
    if (!['bin', 'dist', 'package.json', 'oclif.manifest.json'].includes(part)) continue
    await cp(join(from, part), join(to, part), { recursive: true, filter: (path) => !path.endsWith('.map') })
  }
}
