import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { claudeExecutable } from '../client-programs.ts'
import { freePort } from './free-port.ts'
import { answers, type ServerProgram, startProgram } from './server-program.ts'
import { startSigningProvider } from './signing-provider.ts'

const run = promisify(execFile)

/** The Claude apps gateway of Claude Code itself (`claude gateway`, 2.1.332). */
export interface AppsGateway {
  readonly url: string
  /** Signs in as a person would in a browser, and returns the access token. */
  signIn(): Promise<string>
  output(): string
  stop(): Promise<void>
}

const CLIENT_ID = 'apps-gateway'

/**
 * Starts it with a PostgreSQL and an OpenID provider of its own.
 *
 * @param upstream Answers Anthropic Messages; gets the key `sk-ant-test`.
 */
export async function startAppsGateway(upstream: string): Promise<AppsGateway> {
  const directory = await mkdtemp('/var/tmp/gate-apps-gateway-')
  const started: { stop(): Promise<void> }[] = []
  const stop = async () => {
    for (const one of started.reverse()) await one.stop()
    await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
  try {
    const provider = await startSigningProvider(CLIENT_ID)
    started.push(provider)
    const database = await startPostgres(directory)
    started.push(database.program)
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const config = join(directory, 'gateway.yaml')
    await writeFile(config, settings(port, provider.issuer, database.url, upstream))
    const program = await startProgram(
      claudeExecutable,
      ['gateway', '--config', config],
      () => answers(`${url}/healthz`),
      {
        cwd: directory,
        env: { HOME: directory, CLAUDE_GATEWAY_ALLOW_LOOPBACK: '1' },
      },
    )
    started.push(program)
    return { url, signIn: () => deviceSignIn(url), output: program.output, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function settings(port: number, issuer: string, database: string, upstream: string): string {
  return `listen: { host: 127.0.0.1, port: ${port} }
oidc: { issuer: "${issuer}", client_id: ${CLIENT_ID}, client_secret: "at least 32 characters of it, really", scopes: [openid, profile, email, offline_access] }
session: { jwt_secret: "at least 32 bytes of a secret, really", ttl_hours: 1 }
store: { postgres_url: "${database}" }
upstreams: [{ provider: anthropic, base_url: "${upstream}", auth: { api_key: sk-ant-test } }]
`
}

/** PostgreSQL does not run as root, so it gets the user of Debian's package then. */
async function startPostgres(parent: string): Promise<{ url: string; program: ServerProgram }> {
  const programs = '/usr/lib/postgresql/15/bin'
  const user = process.getuid?.() === 0 ? postgresUser() : undefined
  const directory = await mkdtemp('/var/tmp/gate-postgres-')
  if (user) await chown(directory, user.uid, user.gid)
  const data = join(directory, 'data')
  const environment = { PATH: '/usr/bin:/bin', HOME: directory }
  await run(`${programs}/initdb`, ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync'], {
    cwd: directory,
    env: environment,
    ...user,
  })
  const port = await freePort()
  const ready = async () =>
    run(`${programs}/pg_isready`, ['-h', '127.0.0.1', '-p', String(port)], { cwd: parent, env: environment }).then(
      () => true,
      () => false,
    )
  const args = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', directory, '-F']
  // SIGINT is its fast shutdown; SIGTERM would wait for everybody to leave.
  const program = await startProgram(`${programs}/postgres`, args, ready, { cwd: directory, user, signal: 'SIGINT' })
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    program: {
      ...program,
      async stop() {
        await program.stop()
        await rm(directory, { recursive: true, force: true })
      },
    },
  }
}

function postgresUser(): { uid: number; gid: number } {
  const line = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))
  if (line === null) throw new Error('there is no user postgres; install the Debian package postgresql')
  return { uid: Number(line[1]), gid: Number(line[2]) }
}

/** RFC 8628, with the pages clicked through by following them with their cookies. */
async function deviceSignIn(url: string): Promise<string> {
  const metadata = (await (await fetch(`${url}/.well-known/oauth-authorization-server`)).json()) as {
    device_authorization_endpoint: string
    token_endpoint: string
  }
  const form = (fields: Record<string, string>) => ({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields),
  })
  const device = (await (
    await fetch(metadata.device_authorization_endpoint, form({ surface: 'claude_code' }))
  ).json()) as {
    device_code: string
    user_code: string
  }
  const cookies = new Map<string, string>()
  const visit = async (target: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(target, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    return location === null ? response : visit(new URL(location, target).href)
  }
  await visit(`${url}/device?user_code=${device.user_code}`)
  const { body, method } = form({ user_code: device.user_code })
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    origin: url,
    'sec-fetch-site': 'same-origin',
  }
  const done = await visit(`${url}/device`, { method, body, headers })
  const answer = await fetch(
    metadata.token_endpoint,
    form({ grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: device.device_code }),
  )
  const tokens = (await answer.json()) as { access_token?: string }
  if (tokens.access_token === undefined) {
    throw new Error(`no token: ${JSON.stringify(tokens)}; the last page was ${done.status} ${await done.text()}`)
  }
  return tokens.access_token
}
