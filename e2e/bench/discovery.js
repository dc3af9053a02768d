/**
 * What a folder of 500 installed packages adds to a command, as a ratio to `node -e 0` in the same run; and what one
 * foreign plugin does. Exit code 1 when the budget is missed.
 *
 *     node e2e/bench/discovery.js [rounds]
 */
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../../packages/cli/', import.meta.url))
const ROUNDS = Number(process.argv[2] ?? 25)
// 15 ms on a machine whose `node -e 0` takes 35.
const BUDGET = 0.43

/**
 * Milliseconds from start to end of one process.
 *
 * @param {readonly string[]} args @param {NodeJS.ProcessEnv} env @returns {Promise<number>}
 */
function measure(args, env) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint()
    const child = spawn(process.execPath, [...args], { env, stdio: 'ignore' })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve(Number(process.hrtime.bigint() - start) / 1e6)
      else reject(new Error(`${args.join(' ')} ended with ${code}`))
    })
  })
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/**
 * A global folder with gate in it and `count` other packages.
 *
 * @param {string} root @param {number} count @returns {Promise<string>} The command.
 */
async function globalFolder(root, count) {
  const packages = join(root, 'lib/node_modules')
  const cli = join(packages, '@gate/cli')
  for (const part of ['bin', 'dist', 'package.json']) await cp(join(CLI, part), join(cli, part), { recursive: true })
  for (let index = 0; index < count; index++) {
    // A fifth of them in scopes, as in real folders.
    const name = index % 5 === 0 ? `@scope-${index % 50}/package-${index}` : `package-${index}`
    await mkdir(join(packages, name), { recursive: true })
    await writeFile(join(packages, name, 'package.json'), JSON.stringify({ name, version: '1.0.0' }))
  }
  await mkdir(join(root, 'bin'))
  await symlink(join(cli, 'bin/run.js'), join(root, 'bin/gate'))
  return join(root, 'bin/gate')
}

/** @param {string} directory A `node_modules`. */
async function foreignPlugin(directory) {
  const plugin = join(directory, 'gate-client-foreign')
  await mkdir(plugin, { recursive: true })
  const gate = { client: './index.js', apiVersion: 1, id: 'foreign' }
  await writeFile(join(plugin, 'package.json'), JSON.stringify({ name: 'gate-client-foreign', type: 'module', gate }))
  const verbs = `configure() {}, revert() {}, detect() {}, async status() {
    return { id: 'foreign', displayName: 'F', state: 'detected', files: [], reasons: [], overrides: [], notes: [] }
  }`
  await writeFile(
    join(plugin, 'index.js'),
    `export default { apiVersion: 1, id: 'foreign', displayName: 'F', ${verbs} }`,
  )
}

const root = await mkdtemp(join(tmpdir(), 'gate-discovery-'))
try {
  const few = await globalFolder(join(root, 'few'), 0)
  const many = await globalFolder(join(root, 'many'), 500)
  const foreign = await globalFolder(join(root, 'foreign'), 0)
  await foreignPlugin(join(root, 'foreign/lib/node_modules'))
  // An existing cache directory, so that compiled code and the verdict about the plugin are kept.
  const env = { HOME: root, PATH: '/usr/bin:/bin', GATE_HOME: join(root, 'gate') }
  await mkdir(join(root, 'gate/cache'), { recursive: true })
  const cases = [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'gate status, no other package', args: [few, 'status'] },
    { name: 'gate status, 500 packages', args: [many, 'status'] },
    { name: 'gate status, one foreign plugin', args: [foreign, 'status'] },
  ]
  /** @type {Map<string, number[]>} */
  const times = new Map(cases.map(({ name }) => [name, []]))
  for (let round = -2; round < ROUNDS; round++) {
    for (const { name, args } of cases) {
      const milliseconds = await measure(args, env)
      if (round >= 0) times.get(name)?.push(milliseconds)
    }
  }
  const of = (/** @type {number} */ index) => median(times.get(cases[index]?.name ?? '') ?? [])
  for (const { name } of cases)
    console.log(
      `${name.padEnd(34)} ${median(times.get(name) ?? [])
        .toFixed(0)
        .padStart(5)} ms`,
    )
  const ratio = (of(2) - of(1)) / of(0)
  const pass = ratio <= BUDGET
  console.log(`500 packages add ${ratio.toFixed(2)} of node -e 0  budget ${BUDGET}  ${pass ? 'pass' : 'FAIL'}`)
  process.exitCode = pass ? 0 : 1
} finally {
  await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
