import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { answers, startProgram } from './server-program.ts'

/** nginx with `auth_request`, one port per way in which people set it up. */
export interface Nginx {
  /** Everything below `/anthropic` and `/openai` wants a token; the root has nothing. */
  readonly prefixes: string
  /** The same for `/anthropic` alone. */
  readonly anthropicOnly: string
  /** At the root; HEAD and GET are refused with 403. */
  readonly postOnly: string
  /** At the root; without a token there is a login page. */
  readonly loginPage: string
  /** The token that it accepts. */
  readonly token: string
  stop(): Promise<void>
}

/**
 * Starts nginx from a folder of its own.
 *
 * @param upstream Answers the model APIs, and wants no token.
 */
export async function startNginx(upstream: string): Promise<Nginx> {
  const directory = await mkdtemp('/var/tmp/gate-nginx-')
  const token = 'nginx-token-0123456789'
  const auth = await startAuthServer(token)
  const ports = {
    prefixes: await freePort(),
    anthropicOnly: await freePort(),
    postOnly: await freePort(),
    loginPage: await freePort(),
  }
  const pass = (prefix: string, more = '') => `location ${prefix}/ {
      auth_request /_auth; ${more}
      proxy_pass ${upstream}/; proxy_http_version 1.1; proxy_buffering off; proxy_set_header Host $proxy_host;
    }`
  const server = (port: number, locations: readonly string[]) => `server {
    listen 127.0.0.1:${port};
    client_max_body_size 8m;
    location = /_auth { internal; proxy_pass ${auth.url}; proxy_pass_request_body off; proxy_set_header Content-Length ""; }
    ${locations.join('\n    ')}
  }`
  const nothing = 'location / { return 404; }'
  const login = 'location @login { default_type text/html; return 200 "<html><title>Sign in to Corp</title></html>"; }'
  await mkdir(join(directory, 'logs'))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${directory}/${name};`)
    .join(' ')
  await writeFile(
    join(directory, 'nginx.conf'),
    `daemon off; pid ${directory}/nginx.pid; error_log ${directory}/logs/error.log;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
events { worker_connections 256; }
http {
  access_log ${directory}/logs/access.log; ${temporary}
  ${server(ports.prefixes, [pass('/anthropic'), pass('/openai'), nothing])}
  ${server(ports.anthropicOnly, [pass('/anthropic'), nothing])}
  ${server(ports.postOnly, [pass('', 'limit_except POST { deny all; }')])}
  ${server(ports.loginPage, [pass('', 'error_page 401 = @login;'), login])}
}
`,
  )
  const url = (port: number) => `http://127.0.0.1:${port}`
  const program = await startProgram(
    '/usr/sbin/nginx',
    ['-p', directory, '-c', join(directory, 'nginx.conf')],
    () => answers(url(ports.prefixes)),
    { cwd: directory, signal: 'SIGQUIT' },
  )
  return {
    prefixes: url(ports.prefixes),
    anthropicOnly: url(ports.anthropicOnly),
    postOnly: url(ports.postOnly),
    loginPage: url(ports.loginPage),
    token,
    async stop() {
      await program.stop()
      await auth.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** What `auth_request` asks: 204 for the token, else 401. */
async function startAuthServer(token: string): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    response.writeHead(request.headers.authorization === `Bearer ${token}` ? 204 : 401).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
