import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Page } from 'playwright-core'
import { freePort } from '../gateways/free-port.ts'
import { answers, startProgram } from '../gateways/server-program.ts'
import { type PostedForm, recordForms } from '../sign-in/recorded-forms.ts'

const run = promisify(execFile)
const SHARED = '/usr/share/glewlwyd'

/** glewlwyd of Debian (2.7.5 seen), an OpenID provider, with one user and one public client. */
export interface Glewlwyd {
  readonly issuer: string
  readonly clientId: string
  /** It compares redirect addresses exactly, so the callback has a port of its own. */
  readonly callbackPort: number
  /** A scope that its users consent to, besides `openid`. */
  readonly scope: string
  /** What was posted to its token endpoint, in order. */
  tokenRequests(): readonly PostedForm[]
  /** Does on its pages what a person does the first time: gives name and password, and consents. */
  signIn(page: Page): Promise<void>
  /** What its administrator does to all sign-ins of everybody. */
  revokeRefreshTokens(): Promise<void>
  stop(): Promise<void>
}

const USER = { name: 'ada', password: 'a-password-of-ada' }
const CLIENT_ID = 'gate'
const SCOPE = 'models'

/**
 * Starts it from a folder and with a database of its own.
 *
 * @throws Error when one of the Debian packages glewlwyd, sqlite3, libjs-jquery, libjs-bootstrap4 and libjs-popper.js is missing.
 */
export async function startGlewlwyd(): Promise<Glewlwyd> {
  if (!existsSync('/usr/bin/glewlwyd')) throw new Error('/usr/bin/glewlwyd is missing: apt-get install glewlwyd')
  const directory = await mkdtemp('/var/tmp/gate-glewlwyd-')
  const database = join(directory, 'glewlwyd.sqlite3')
  const sql = (text: string) => run('sqlite3', ['-bail', '-cmd', '.timeout 10000', database, text])
  const started: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })]
  const stop = async () => {
    for (const end of started.reverse()) await end()
  }
  try {
    // sqlite3 takes a text that begins with a comment for an option.
    await sql(`\n${await packedText('/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz')}`)
    await cp(join(SHARED, 'webapp'), join(directory, 'webapp'), {
      recursive: true,
      dereference: true,
      filter: (source) => !source.endsWith('/config.json'),
    })
    await copyFile(join(SHARED, 'templates/config.json'), join(directory, 'webapp/config.json'))

    const inner = await freePort()
    const behind = `http://127.0.0.1:${inner}`
    const front = recordForms(behind)
    const server = createServer(front.listener)
    const origin = `http://127.0.0.1:${await listen(server)}`
    started.push(() => close(server))

    const config = join(directory, 'glewlwyd.conf')
    await writeFile(config, await settings(directory, database, inner, origin))
    const program = await startProgram('/usr/bin/glewlwyd', ['-c', config], () => answers(`${behind}/api/scope/`), {
      cwd: directory,
    })
    started.push(program.stop)

    const issuer = `${origin}/api/oidc`
    const callbackPort = await freePort()
    await fill(behind, issuer, callbackPort)
    return {
      issuer,
      clientId: CLIENT_ID,
      scope: SCOPE,
      callbackPort,
      tokenRequests: () => front.forms.filter(({ path }) => /\/token$/.test(path)),
      async signIn(page) {
        // It remembers what a user has consented to, and then shows other pages.
        await sql('delete from g_client_user_scope')
        await signIn(page)
      },
      async revokeRefreshTokens() {
        await sql('update gpo_refresh_token set gpor_enabled = 0')
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function packedText(path: string): Promise<string> {
  return `${await promisify(gunzip)(await readFile(path))}`
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>((resolve) => server.close(() => resolve()))
}

/** Debian's own configuration, with places of this test. */
async function settings(directory: string, database: string, port: number, origin: string): Promise<string> {
  const ours: Readonly<Record<string, string>> = {
    port: `${port}`,
    bind_address: '"127.0.0.1"',
    external_url: `"${origin}/"`,
    log_mode: '"file"',
    log_level: '"WARNING"',
    log_file: `"${directory}/glewlwyd.log"`,
    static_files_path: `"${directory}/webapp"`,
    database: `{ type = "sqlite3"; path = "${database}"; }`,
  }
  const debian = await readFile('/etc/glewlwyd/glewlwyd.conf', 'utf8')
  const kept = debian
    .split('\n')
    .filter((line) => !line.startsWith('@include') && !((line.split(/\s*=/)[0] ?? '') in ours))
  return [...kept, ...Object.entries(ours).map(([name, value]) => `${name} = ${value};`), ''].join('\n')
}

/** Adds the user, the client and the OpenID plugin by the API for administrators. */
async function fill(origin: string, issuer: string, callbackPort: number): Promise<void> {
  let cookie = ''
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json', cookie }
    const response = await fetch(`${origin}/api/${path}/`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`glewlwyd: ${path}: ${response.status} ${await response.text()}`)
    cookie ||= response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  }
  // The administrator of a new database, as its documentation names it.
  await post('auth', { username: 'admin', password: 'password' })
  await post('scope', { name: SCOPE, display_name: 'Models', password_required: true, password_max_age: 0, scheme: {} })
  await post('user', {
    username: USER.name,
    name: 'Ada',
    password: USER.password,
    enabled: true,
    scope: ['openid', SCOPE],
  })
  await post('client', {
    client_id: CLIENT_ID,
    name: 'gate',
    enabled: true,
    confidential: false,
    token_endpoint_auth_method: ['none'],
    authorization_type: ['code', 'refresh_token', 'device_authorization', 'id_token'],
    redirect_uri: [`http://127.0.0.1:${callbackPort}/callback`],
  })
  await post('mod/plugin', { module: 'oidc', name: 'oidc', display_name: 'OpenID', parameters: plugin(issuer) })
}

function plugin(issuer: string): object {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    iss: issuer,
    'jwt-type': 'rsa',
    'jwt-key-size': '256',
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: publicKey.export({ type: 'spki', format: 'pem' }),
    'code-duration': 600,
    'access-token-duration': 3600,
    'refresh-token-duration': 1_209_600,
    'refresh-token-rolling': true,
    'refresh-token-one-use': 'always',
    'allow-non-oidc': true,
    'auth-type-code-enabled': true,
    'auth-type-refresh-enabled': true,
    'auth-type-device-enabled': true,
    'device-authorization-expiration': 600,
    'device-authorization-interval': 1,
    'pkce-allowed': true,
    'subject-type': 'public',
  }
}

async function signIn(page: Page): Promise<void> {
  await page.locator('#username').fill(USER.name)
  await page.locator('#password').fill(USER.password)
  await page.getByRole('button', { name: 'OK', exact: true }).click()
  await page.getByLabel('Models').check()
  await page.getByRole('button', { name: 'Grant access', exact: true }).click()
  await page.getByRole('heading', { name: 'What do you wish for?' }).waitFor()
  await page.getByTitle('Continue to client application').click()
}
