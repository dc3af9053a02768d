import { inEnvironment, userEnv } from './claude-code-settings.ts'
import type { OverrideRow } from './override-row.ts'

const SINCE = '2.1.332'

/** What `NO_PROXY` may say, and whether it exempts 127.0.0.1. */
const NO_PROXY: readonly (readonly [string, boolean])[] = [
  ['*', true],
  ['*,x', true],
  ['x,*', true],
  ['127.0.0.0/8', true],
  ['127.0.0.1/32', true],
  ['a b 127.0.0.1', true],
  ['x\t127.0.0.1', true],
  ['LOCALHOST,127.0.0.1 ', true],
  ['localhost', false],
  ['127.', false],
  ['127.*', false],
  ['.0.0.1', false],
  ['0.0.1', false],
  ['*.0.0.1', false],
  ['a;127.0.0.1', false],
  ['http://127.0.0.1', false],
  ['127.0.0.1:1', false],
  ['[::1]', false],
]

const proxied = (name: string): Pick<OverrideRow, 'reaches' | 'status' | 'overrides'> => ({
  reaches: 'B',
  status: 'overridden',
  overrides: [inEnvironment(name)],
})
const direct = { reaches: 'A', status: 'connected' } as const

const rows: readonly OverrideRow[] = [
  ...NO_PROXY.map(
    ([value, isExempt]): OverrideRow => ({
      title: `shell HTTP_PROXY with NO_PROXY=${JSON.stringify(value)}`,
      env: { HTTP_PROXY: '{B}', NO_PROXY: value },
      ...(isExempt ? direct : proxied('HTTP_PROXY')),
    }),
  ),
  {
    title: 'an empty no_proxy leaves NO_PROXY to count',
    env: { HTTP_PROXY: '{B}', no_proxy: '', NO_PROXY: '127.0.0.1' },
    ...direct,
  },
  {
    title: 'no_proxy beats NO_PROXY, to the worse',
    env: { HTTP_PROXY: '{B}', no_proxy: 'other', NO_PROXY: '127.0.0.1' },
    ...proxied('HTTP_PROXY'),
  },
  {
    title: 'no_proxy beats NO_PROXY, to the better',
    env: { HTTP_PROXY: '{B}', no_proxy: '127.0.0.1', NO_PROXY: 'other' },
    ...direct,
  },
  {
    title: 'no_proxy of the shell beats NO_PROXY of the user env block',
    env: { HTTP_PROXY: '{B}', no_proxy: 'other' },
    edit: userEnv({ NO_PROXY: '127.0.0.1' }),
    ...proxied('HTTP_PROXY'),
  },
  {
    title: 'NO_PROXY in the user env block',
    env: { HTTP_PROXY: '{B}' },
    edit: userEnv({ NO_PROXY: '127.0.0.1' }),
    ...direct,
  },
  {
    title: 'an empty HTTP_PROXY in the user env block cancels the one of the shell',
    env: { HTTP_PROXY: '{B}' },
    edit: userEnv({ HTTP_PROXY: '' }),
    ...direct,
  },
  ...['https_proxy', 'all_proxy'].map(
    (name): OverrideRow => ({ title: `shell ${name}`, env: { [name]: '{B}' }, ...proxied(name) }),
  ),
  ...['https_proxy', 'ALL_PROXY', 'all_proxy'].map(
    (name): OverrideRow => ({
      title: `${name} in the user env block`,
      edit: userEnv({ [name]: '{B}' }),
      reaches: 'B',
      status: 'overridden',
      overrides: [{ source: 'user', location: [name] }],
    }),
  ),
  { title: 'shell HTTP_PROXY empty', env: { HTTP_PROXY: '' }, ...direct },
  {
    title: 'an empty http_proxy leaves HTTP_PROXY to count',
    env: { http_proxy: '', HTTP_PROXY: '{B}' },
    ...proxied('HTTP_PROXY'),
  },
  {
    title: 'https_proxy counts before HTTP_PROXY',
    env: { https_proxy: 'http://127.0.0.1:1', HTTP_PROXY: '{B}' },
    reaches: 'nowhere',
    status: 'overridden',
    overrides: [inEnvironment('https_proxy')],
  },
  ...['127.0.0.1:1', '::::', ' '].map(
    (value): OverrideRow => ({
      title: `shell HTTP_PROXY=${JSON.stringify(value)} is refused`,
      env: { HTTP_PROXY: value },
      reaches: 'nowhere',
      says: 'Invalid proxy URL',
      status: 'overridden',
      overrides: [inEnvironment('HTTP_PROXY')],
    }),
  ),
  ...['HTTP_PROXY', 'HTTPS_PROXY'].map(
    (name): OverrideRow => ({
      title: `shell ${name} with a SOCKS proxy`,
      env: { [name]: 'socks5://127.0.0.1:1' },
      reaches: 'nowhere',
      says: 'UnsupportedProxyProtocol',
      status: 'overridden',
      overrides: [inEnvironment(name)],
    }),
  ),
  ...['socks5://127.0.0.1:1', 'socks5h://127.0.0.1:1'].map(
    (value): OverrideRow => ({ title: `shell ALL_PROXY=${value} is left out`, env: { ALL_PROXY: value }, ...direct }),
  ),
  ...[':::', 'https://127.0.0.1:1', '127.0.0.1:1'].map(
    (value): OverrideRow => ({
      title: `shell ALL_PROXY=${value}`,
      env: { ALL_PROXY: value },
      reaches: 'nowhere',
      status: 'overridden',
      overrides: [inEnvironment('ALL_PROXY')],
    }),
  ),
  ...[
    'CLAUDE_CODE_HTTP_PROXY',
    'CLAUDE_CODE_HTTPS_PROXY',
    'npm_config_proxy',
    'npm_config_https_proxy',
    'FTP_PROXY',
  ].map((name): OverrideRow => ({ title: `shell ${name} does not count`, env: { [name]: '{B}' }, ...direct })),
]

/** Proxies and what is exempted from them. Older versions read them differently. */
export const proxyRows: readonly OverrideRow[] = rows.map((row) => ({ ...row, since: SINCE }))
