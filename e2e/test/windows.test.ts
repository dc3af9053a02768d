import { readdir, readFile, rename } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differences, type Snapshot, snapshot } from '../harness/home-snapshot.ts'
import { type PackageRegistry, startPackageRegistry } from '../harness/package-registry.ts'
import { pipeEnds } from '../harness/windows/named-pipe.ts'
import { createWindowsMachine, type WindowsMachine } from '../harness/windows/windows-machine.ts'

const SETTINGS = 'C:\\users\\me\\.claude\\settings.json'
const CONFIG = 'C:\\users\\me\\.codex\\config.toml'
const OPENCODE = 'C:\\users\\me\\.config\\opencode\\opencode.jsonc'
const PI = 'C:\\users\\me\\.pi\\agent\\settings.json'
/** What the Store package of Claude Desktop sees instead of `%LOCALAPPDATA%`. */
const STORE = 'C:\\users\\me\\AppData\\Local\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache'
const STORE_META = `${STORE}\\Local\\Claude-3p\\configLibrary\\_meta.json`
const CLIENTS = ['claude-code', 'claude-desktop', 'codex', 'opencode', 'pi']
const MY_SETTINGS = '\uFEFF{\r\n\t"model": "sonnet"\r\n}'
const MY_CONFIG = '# mine\r\nmodel = "gpt-5.2"  # fine\r\n\r\n[profiles.x]\r\nmodel = "y"\r\n'
const POLICY = 'HKCU\\SOFTWARE\\Policies\\ClaudeCode'
const PASSPHRASE = 'windows-passphrase-canary-2c81'

// One story: each test goes on where the one before ended.
describe('the packed gate under a Windows Node', () => {
  let gateway: DevGateway
  let registry: PackageRegistry
  let windows: WindowsMachine
  let before: Snapshot
  beforeAll(async () => {
    gateway = await startDevGateway({ accessTokenLifetime: 3600 })
    registry = await startPackageRegistry('/var/tmp')
    windows = await createWindowsMachine(registry, {
      GATE_SECRET_STORE: 'file',
      GATE_SECRET_STORE_PASSPHRASE: PASSPHRASE,
    })
    await windows.write(SETTINGS, MY_SETTINGS)
    await windows.write(CONFIG, MY_CONFIG)
    await windows.write(OPENCODE, '{\r\n\t// mine\r\n\t"model": "x/y",\r\n}\r\n')
    await windows.write(PI, '{ "theme": "dark" }\r\n')
    await windows.write(STORE_META, '{"appliedId":"","entries":[]}')
    before = await home()
  }, 400_000)
  afterAll(async () => {
    await registry?.stop()
    await gateway?.stop()
    await windows?.remove()
  })

  /** The user's home without the programs in it. */
  async function home(): Promise<Snapshot> {
    const all = await snapshot(windows.path('C:\\users\\me'))
    return new Map([...all].filter(([path]) => !path.startsWith('AppData/Roaming/npm')))
  }
  const connection = () => ['--gateway-url', gateway.url, '--issuer', gateway.issuer, '--client-id', gateway.clientId]
  const read = (path: string) => readFile(windows.path(path), 'utf8')
  const helperOf = async () => (JSON.parse((await read(SETTINGS)).slice(1)) as { apiKeyHelper: string }).apiKeyHelper
  const status = async () => {
    const { code, stdout, stderr } = await windows.gate(['status', '--json'])
    expect(code, stderr).toBe(0)
    return JSON.parse(stdout) as {
      auth: { state: string }
      clients: { id: string; state: string; overrides: { location: string }[] }[]
    }
  }

  it('finds all clients and configures them, with one login', async () => {
    const setup = await windows.gateWithBrowser(['setup', ...connection()], (url) => gateway.visit(url))
    expect(setup, `${setup.stdout}${setup.stderr}`).toMatchObject({ code: 0 })
    expect(setup.stdout).toContain(SETTINGS)
    expect(setup.stdout).toContain(CONFIG)
    expect(gateway.counters).toMatchObject({ logins: 1 })
    const { auth, clients } = await status()
    expect(auth.state).toBe('signed-in')
    expect(clients.map(({ id, state }) => `${id} ${state}`)).toEqual(CLIENTS.map((id) => `${id} connected`))
    expect(await read(OPENCODE)).toMatch(/^\{\r\n\t\/\/ mine\r\n/)
    expect(JSON.parse(await read(STORE_META)).entries).toHaveLength(1)
  })

  it('kept byte order mark, line ends and comments', async () => {
    const settings = await read(SETTINGS)
    expect(settings.startsWith('\uFEFF{\r\n\t"model": "sonnet",\r\n')).toBe(true)
    expect(settings.replaceAll('\r\n', '')).not.toContain('\n')
    const config = await read(CONFIG)
    expect(config).toContain('# mine\r\nmodel = "gpt-5.2"  # fine\r\n')
    expect(config.replaceAll('\r\n', '')).not.toContain('\n')
  })

  it('hands out tokens to Claude Code through the shell and to Codex through its command', async () => {
    const token = await windows.gate(['token'])
    expect(token.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    const claude = await windows.shell(await helperOf())
    expect(claude).toMatchObject({ code: 0, stdout: token.stdout, stderr: '' })
    const command = /^command = (".*")/m.exec(await read(CONFIG))?.[1] ?? ''
    const codex = await windows.run('cmd.exe', ['/c', JSON.parse(command), '--client', 'codex'])
    expect(codex).toMatchObject({ code: 0, stdout: token.stdout, stderr: '' })
    const library = 'C:\\users\\me\\AppData\\Local\\Claude-3p\\configLibrary'
    const { appliedId } = JSON.parse(await read(`${library}\\_meta.json`)) as { appliedId: string }
    const document = JSON.parse(await read(`${library}\\${appliedId}.json`)) as { inferenceCredentialHelper: string }
    const env = { CLAUDE_HELPER_CONTEXT: 'background' }
    const desktop = await windows.run('cmd.exe', ['/c', document.inferenceCredentialHelper], { env })
    expect(desktop).toMatchObject({ code: 0, stdout: token.stdout, stderr: '' })
  })

  it('renews an expired token from the helper, without a browser', async () => {
    const old = await windows.gate(['token'])
    gateway.setAccessTokenLifetime(3)
    await windows.gate(['token', '--force-refresh'])
    await sleep(3500)
    gateway.setAccessTokenLifetime(3600)
    const renewed = await windows.shell(await helperOf())
    expect(renewed).toMatchObject({ code: 0, stderr: '' })
    expect(renewed.stdout).toMatch(/^\S+\n$/)
    expect(renewed.stdout).not.toBe(old.stdout)
    expect(gateway.counters).toMatchObject({ browserStarts: 0, logins: 1 })
  })

  it('doctor runs the batch file of the helper itself', async () => {
    const { stdout, stderr } = await windows.gate(['doctor', '--json'])
    const { checks } = JSON.parse(stdout) as { checks: { id: string; result: string; detail: string }[] }
    expect(
      checks.filter(({ id }) => id.startsWith('token')),
      stderr,
    ).toEqual([expect.objectContaining({ result: 'pass' }), expect.objectContaining({ result: 'pass' })])
  })

  it('tells of a policy in the registry that beats the settings', async () => {
    const policy = JSON.stringify({ apiKeyHelper: 'C:\\corp\\helper.exe' })
    const add = await windows.run('reg.exe', ['add', POLICY, '/v', 'Settings', '/t', 'REG_SZ', '/d', policy, '/f'])
    expect(add).toMatchObject({ code: 0 })
    const overridden = (await status()).clients.find(({ id }) => id === 'claude-code')
    expect(overridden?.state).toBe('overridden')
    // The user's own model is told besides, and changes nothing of that.
    const policyRow = { location: `${POLICY}\\Settings: apiKeyHelper`, severity: 'override' }
    expect(overridden?.overrides).toContainEqual(expect.objectContaining(policyRow))
    expect(await windows.run('reg.exe', ['delete', POLICY, '/f'])).toMatchObject({ code: 0 })
    expect((await status()).clients.find(({ id }) => id === 'claude-code')?.state).toBe('connected')
  })

  it('tells of a policy in the registry that takes Claude Desktop away from users', async () => {
    const policy = 'HKCU\\SOFTWARE\\Policies\\Claude'
    const value = ['/v', 'inferenceProvider', '/t', 'REG_SZ', '/d', 'bedrock', '/f']
    expect(await windows.run('reg.exe', ['add', policy, ...value])).toMatchObject({ code: 0 })
    const overridden = (await status()).clients.find(({ id }) => id === 'claude-desktop')
    expect(overridden?.state).toBe('overridden')
    expect(overridden?.overrides[0]?.location).toContain(policy)
    expect(await windows.run('reg.exe', ['delete', policy, '/f'])).toMatchObject({ code: 0 })
    expect((await status()).clients.find(({ id }) => id === 'claude-desktop')?.state).toBe('connected')
  })

  it('a Node opens a named pipe, and another talks over it', async () => {
    const name = '\\\\.\\pipe\\gate-Jürgen (2)-7d1f'
    const { serve, ask } = await pipeEnds(windows)
    expect(await ask(name, 'nobody there')).toMatchObject({ code: 0, stdout: 'ENOENT' })
    const [server, client] = await Promise.all([serve(name), ask(name, 'ping 日本', 20_000)])
    expect(server, server.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ listens$/), stderr: '' })
    const answer = server.stdout.replace('listens', 'heard ping 日本\n')
    expect(client, client.stderr).toMatchObject({ code: 0, stdout: answer, stderr: '' })
    expect(await ask(name, 'nobody there any more')).toMatchObject({ code: 0, stdout: 'ENOENT' })
  })

  it('A20 the helper finds a Node that was moved', async () => {
    const [node, elsewhere] = ['C:\\Program Files\\nodejs', 'C:\\Program Files\\node (22)'].map(windows.path)
    await rename(node as string, elsewhere as string)
    try {
      const helper = await helperOf()
      const env = { WINEPATH: 'C:\\Program Files\\node (22)' }
      const token = await windows.run('C:\\test\\node.exe', ['C:\\test\\shell.cjs', helper], { env })
      expect(token, token.stderr).toMatchObject({ code: 0, stderr: '' })
      expect(token.stdout).toMatch(/^\S+\n$/)
    } finally {
      await rename(elsewhere as string, node as string)
    }
  })

  it.each(['Jürgens Söhne (2)', '日本 !語!'])('works in a directory named %s', async (name) => {
    const env = { GATE_HOME: `C:\\${name}` }
    const teardown = await windows.gate(['teardown', '--all'])
    expect(teardown, teardown.stderr).toMatchObject({ code: 0 })
    const setup = await windows.gate(['setup', '--lazy', ...connection()], { env })
    expect(setup, `${setup.stdout}${setup.stderr}`).toMatchObject({ code: 0 })
    const helper = await windows.shell(`${await helperOf()} --skip-browser`, { env: { GATE_TOKEN: 'token-from-here' } })
    expect(helper).toMatchObject({ code: 0, stdout: 'token-from-here\n', stderr: '' })
    expect((await windows.gate(['teardown', '--all', '--purge'], { env })).code).toBe(0)
    expect(await readdir(windows.path('C:\\'))).not.toContain(name)
  })

  it('refuses a helper that cmd.exe cannot be given, for Claude Code alone', async () => {
    const env = { GATE_HOME: 'C:\\Smith & Sons 100%' }
    const setup = await windows.gate(['setup', '--lazy', ...connection(), '--json'], { env })
    expect(setup.code, setup.stderr).toBe(4)
    const { clients } = JSON.parse(setup.stdout) as { clients: { id: string; result: string }[] }
    const results = Object.fromEntries(clients.map(({ id, result }) => [id, result]))
    expect(results).toMatchObject({ 'claude-code': 'failed', codex: 'configured' })
    const command = /^command = (".*")/m.exec(await read(CONFIG))?.[1] ?? ''
    const token = { GATE_TOKEN: 'token-from-here' }
    // As Rust starts a batch file (std::process, since 1.77): the line after /c in quotes of its own, percent signs apart.
    const codex = await windows.shell(`"${JSON.parse(command).replaceAll('%', '%%cd:~,%')}" --client codex`, {
      env: token,
    })
    expect(codex).toMatchObject({ code: 0, stdout: 'token-from-here\n', stderr: '' })
    expect((await windows.gate(['teardown', '--all', '--purge'], { env })).code).toBe(0)
  })

  it('teardown gives the home back, and --purge leaves nothing of gate', async () => {
    const teardown = await windows.gate(['teardown', '--all', '--purge'])
    expect(teardown, teardown.stderr).toMatchObject({ code: 0 })
    expect(differences(before, await home())).toEqual([])
  })
})
