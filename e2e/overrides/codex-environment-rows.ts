import { inEnvironment, SELECT_OTHER } from './codex-row-parts.ts'
import type { ExpectedOverride, OverrideRow } from './override-row.ts'

const asSet = { reaches: 'A', status: 'connected' } as const
const through = (override: ExpectedOverride) => ({ reaches: 'B', status: 'overridden', overrides: [override] }) as const
const inFile = (name: string): ExpectedOverride => ({ source: 'user', location: ['.codex/.env', name] })
const LOOPBACK = '127.0.0.1'

/** Variables of the shell. */
export const environmentRows: readonly OverrideRow[] = [
  {
    title: 'shell: another machine for commands',
    on: {
      '0.120.0': { reaches: 'nowhere', status: 'overridden', overrides: [inEnvironment('CODEX_EXEC_SERVER_URL')] },
    },
    env: { CODEX_EXEC_SERVER_URL: 'ws://127.0.0.1:9' },
    ...asSet,
  },
  ...(
    [
      ['an empty HTTP_PROXY hides http_proxy', { HTTP_PROXY: '', http_proxy: '{B}' }],
      ['an empty ALL_PROXY hides all_proxy', { ALL_PROXY: '', all_proxy: '{B}' }],
      ['HTTP_PROXY that is no address', { HTTP_PROXY: '::::' }],
      ['HTTP_PROXY of another scheme', { HTTP_PROXY: 'ftp://127.0.0.1:9' }],
      ['a program of a web server heeds no HTTP_PROXY', { REQUEST_METHOD: 'GET', HTTP_PROXY: '{B}' }],
      ['a program of a web server heeds no ALL_PROXY', { REQUEST_METHOD: 'GET', ALL_PROXY: '{B}' }],
      ['NO_PROXY with blanks', { HTTP_PROXY: '{B}', NO_PROXY: ' foo , 127.0.0.1 ' }],
      ['NO_PROXY with a network', { HTTP_PROXY: '{B}', NO_PROXY: '127.0.0.0/8' }],
      ['no_proxy alone', { HTTP_PROXY: '{B}', no_proxy: LOOPBACK }],
      ['WS_PROXY', { WS_PROXY: '{B}' }],
      ['another Ollama', { CODEX_OSS_BASE_URL: '{B}', CODEX_OSS_PORT: '1' }],
      ['another place to sign in', { CODEX_APP_SERVER_LOGIN_ISSUER: '{B}', CODEX_REFRESH_TOKEN_URL_OVERRIDE: '{B}' }],
      ['another ChatGPT', { CODEX_APP_SERVER_CHATGPT_BASE_URL: '{B}', CODEX_CLOUD_TASKS_BASE_URL: '{B}' }],
      ['an organisation and a project', { OPENAI_ORGANIZATION: 'o', OPENAI_PROJECT: 'p' }],
      ['another name for itself', { CODEX_INTERNAL_ORIGINATOR_OVERRIDE: 'x' }],
      ['a CA file that is missing', { CODEX_CA_CERTIFICATE: '/nope', SSL_CERT_FILE: '/nope' }],
      ['a sandbox of somebody else', { CODEX_SANDBOX: 'seatbelt', CODEX_SANDBOX_NETWORK_DISABLED: '1' }],
    ] as const
  ).map(([title, env]): OverrideRow => ({ title: `shell: ${title}`, env, ...asSet })),
  ...(
    [
      ['http_proxy', { http_proxy: '{B}', NO_PROXY: 'localhost' }],
      ['ALL_PROXY', { HTTP_PROXY: '', ALL_PROXY: '{B}' }],
      ['all_proxy', { HTTP_PROXY: '::::', all_proxy: '{B}' }],
      ['HTTP_PROXY', { HTTP_PROXY: '{B}', http_proxy: '' }],
      ['HTTP_PROXY', { HTTP_PROXY: '{B}', NO_PROXY: '*' }],
      ['HTTP_PROXY', { HTTP_PROXY: '{B}', NO_PROXY: '', no_proxy: LOOPBACK }],
    ] as const
  ).map(
    ([name, env]): OverrideRow => ({
      title: `shell: ${Object.entries(env)
        .map((pair) => pair.join('='))
        .join(' ')}`,
      env,
      ...through(inEnvironment(name)),
    }),
  ),
  ...(
    [
      [
        'a workload identity whose file is missing',
        { OPENAI_IDENTITY_TOKEN_FILE: '/nope', OPENAI_FEDERATION_RULE_ID: 'x' },
      ],
      ['a workload identity of a source that is none', { OPENAI_IDENTITY_TOKEN_SOURCE: 'zz' }],
    ] as const
  ).map(
    ([title, env]): OverrideRow => ({
      title: `shell: ${title}`,
      since: '0.171.0',
      env,
      reaches: 'nowhere',
      status: 'overridden',
    }),
  ),
]

const variables = (text: string) => ({ 'home/.codex/.env': text })

/** The file of variables in Codex's home, which counts over the shell. */
export const fileOfVariablesRows: readonly OverrideRow[] = [
  { title: '.env: HTTP_PROXY', files: variables('HTTP_PROXY={B}\n'), ...through(inFile('HTTP_PROXY')) },
  { title: '.env: export, quotes', files: variables('export http_proxy="{B}"\n'), ...through(inFile('http_proxy')) },
  {
    title: '.env: a variable of the shell in a value',
    env: { X: '{B}' },
    files: variables(`HTTP_PROXY=\${X}\n`),
    ...through(inFile('HTTP_PROXY')),
  },
  {
    title: '.env: HTTP_PROXY behind a line that is wrong',
    files: variables('this is wrong\nHTTP_PROXY={B} # comment\n'),
    ...through(inFile('HTTP_PROXY')),
  },
  {
    title: '.env: HTTP_PROXY over that of the shell',
    env: { HTTP_PROXY: 'http://127.0.0.1:9' },
    files: variables('HTTP_PROXY={B}\n'),
    ...through(inFile('HTTP_PROXY')),
  },
  {
    title: '.env: HTTP_PROXY and a policy that changes something else',
    files: variables('HTTP_PROXY={B}\n'),
    etc: { 'codex/managed_config.toml': 'model = "m"\n' },
    ...through(inFile('HTTP_PROXY')),
  },
  {
    title: '.env: HOME with another configuration',
    files: { ...variables('HOME={root}/other\n'), 'other/.codex/config.toml': SELECT_OTHER },
    reaches: 'B',
    authorization: 'Bearer other-token',
    status: 'overridden',
    overrides: [inFile('HOME')],
  },
  {
    title: '.env: GATE_TOKEN',
    files: variables('GATE_TOKEN=another-token\n'),
    reaches: 'A',
    authorization: 'Bearer another-token',
    status: 'overridden',
    overrides: [inFile('GATE_TOKEN')],
  },
  ...(
    [
      ['HTTP_PROXY with NO_PROXY in the shell', 'HTTP_PROXY={B}\n', { NO_PROXY: LOOPBACK }],
      ['NO_PROXY for the proxy of the shell', `NO_PROXY=${LOOPBACK}\n`, { HTTP_PROXY: '{B}' }],
      ['HTTP_PROXY empty over that of the shell', 'HTTP_PROXY=\n', { HTTP_PROXY: '{B}' }],
      ['REQUEST_METHOD', 'REQUEST_METHOD=GET\n', { HTTP_PROXY: '{B}' }],
      ['Codex’s own variables are passed over', 'CODEX_HOME={root}/other\ncodex_home={root}/other\n', {}],
      ['keys of the vendor', 'OPENAI_API_KEY=k\nCODEX_API_KEY=k\nOPENAI_BASE_URL={B}\n', {}],
      ['the same HOME', 'HOME={root}/home\n', {}],
      ['HOME with CODEX_HOME in the shell', 'HOME={root}/other\n', { CODEX_HOME: '{root}/home/.codex' }],
      ['XDG directories', 'XDG_CONFIG_HOME={root}/other\nXDG_STATE_HOME={root}/other\n', {}],
      ['PATH', 'PATH=/nope\n', {}],
      ['a colon is no sign', 'HTTP_PROXY: {B}\n', {}],
      ['backticks are no quotes', 'HTTP_PROXY=`{B}`\n', {}],
      ['a quote that never ends takes the rest along', 'A="x\nHTTP_PROXY={B}\n', {}],
      ['a value with a blank is wrong', 'HTTP_PROXY={B} junk\n', {}],
      ['the last of two counts', 'HTTP_PROXY={B}\nHTTP_PROXY=\n', {}],
    ] as const
  ).map(([title, text, env]): OverrideRow => ({ title: `.env: ${title}`, env, files: variables(text), ...asSet })),
  {
    title: '.env of the working directory and of the home are not read',
    files: { 'work/.env': 'HTTP_PROXY={B}\n', 'home/.env': 'HTTP_PROXY={B}\n' },
    ...asSet,
  },
]
