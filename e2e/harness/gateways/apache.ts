import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { answers, startProgram } from './server-program.ts'
import { SHARED_KEY, signedToken } from './token.ts'

/** Apache with `mod_auth_openidc`, one port per way in which people set it up. */
export interface Apache {
  /** OAuth 2.0 resource server: 401 without a token. */
  readonly resourceServer: string
  /** For browsers and bearers: `Accept: application/json` gets 401 without a token, everything else a login page. */
  readonly mixed: string
  /** Below `/llm/anthropic` and `/llm/openai`; the URL that people give ends with `/llm`. */
  readonly belowPath: string
  /** 401 without a token, and with one that lacks a claim. */
  readonly claim: string
  /** HTTP/1.0 without keep-alive, compressed, HEAD refused with 405. */
  readonly old: string
  /** A redirect to the same path with a slash, for everybody. */
  readonly slash: string
  /** The token that all but {@link Apache.claim} accept. */
  readonly token: string
  stop(): Promise<void>
}

const MODULES = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'proxy', 'proxy_http', 'auth_openidc'] as const
const MORE_MODULES = ['alias', 'deflate', 'env', 'filter', 'headers', 'mime', 'rewrite', 'setenvif'] as const

/**
 * Starts Apache from a folder of its own.
 *
 * @param upstream Answers the model APIs, and wants no token.
 */
export async function startApache(upstream: string): Promise<Apache> {
  const directory = await mkdtemp('/var/tmp/gate-apache-')
  const names = ['resourceServer', 'mixed', 'belowPath', 'claim', 'old', 'slash'] as const
  const entries: [(typeof names)[number], number][] = []
  for (const name of names) entries.push([name, await freePort()])
  const ports = Object.fromEntries(entries) as Record<(typeof names)[number], number>
  const proxy = (from = '/') => `ProxyPass ${from} ${upstream}/ flushpackets=on`
  const bearer = '<Location />\n  AuthType oauth20\n  Require valid-user\n</Location>'
  const host = (port: number, ...lines: string[]) =>
    `Listen 127.0.0.1:${port}\n<VirtualHost 127.0.0.1:${port}>\n${lines.join('\n')}\n</VirtualHost>`
  await writeFile(
    join(directory, 'apache.conf'),
    `ServerRoot ${directory}
ServerName 127.0.0.1
PidFile ${directory}/apache.pid
Mutex file:${directory} default
ErrorLog ${directory}/error.log
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
${[...MODULES, ...MORE_MODULES].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
TypesConfig /etc/mime.types
OIDCOAuthVerifySharedKeys "plain##${SHARED_KEY}"
OIDCOAuthRemoteUserClaim sub
OIDCProviderIssuer https://login.example.com
OIDCProviderAuthorizationEndpoint https://login.example.com/authorize
OIDCProviderTokenEndpoint https://login.example.com/token
OIDCClientID apache
OIDCClientSecret secret
OIDCRedirectURI /oidc-callback
OIDCCryptoPassphrase passphrase
${host(ports.resourceServer, proxy(), bearer)}
${host(ports.mixed, proxy(), '<Location />\n  AuthType auth-openidc\n  Require valid-user\n</Location>')}
${host(ports.belowPath, proxy('/llm/anthropic/'), proxy('/llm/openai/'), '<Location /llm>\n  AuthType oauth20\n  Require valid-user\n</Location>')}
${host(ports.claim, proxy(), '<Location />\n  AuthType oauth20\n  Require claim group:llm\n</Location>')}
${host(
  ports.old,
  'SetEnvIf Request_URI ".*" force-response-1.0 downgrade-1.0 nokeepalive',
  'SetOutputFilter DEFLATE',
  'RequestHeader set Accept-Encoding gzip early',
  'RewriteEngine On\nRewriteCond %{REQUEST_METHOD} HEAD\nRewriteRule .* - [R=405,L]',
  proxy(),
  bearer,
)}
${host(ports.slash, 'RewriteEngine On\nRewriteRule ^(.*[^/])$ $1/ [R=308,L]', proxy(), bearer)}
`,
  )
  const url = (port: number, path = '') => `http://127.0.0.1:${port}${path}`
  const program = await startProgram(
    '/usr/sbin/apache2',
    ['-f', join(directory, 'apache.conf'), '-DFOREGROUND'],
    () => answers(url(ports.resourceServer)),
    { cwd: directory },
  )
  return {
    resourceServer: url(ports.resourceServer),
    mixed: url(ports.mixed),
    belowPath: url(ports.belowPath, '/llm'),
    claim: url(ports.claim),
    old: url(ports.old),
    slash: url(ports.slash),
    token: signedToken(),
    async stop() {
      await program.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
