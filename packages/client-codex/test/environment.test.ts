import { createTestHost, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import { readEnvironment } from '../src/environment.js'
import { environmentOverrides } from '../src/environment-overrides.js'
import { overrides } from './overrides-of.js'

const FILE = '/home/user/.codex/.env'
const GATEWAY = 'http://127.0.0.1:4801/v1'

async function rows(env: Readonly<Record<string, string>>, file = '') {
  await using host = await createTestHost({ env, files: { '~/.codex/.env': file } })
  const found = environmentOverrides(host, await readEnvironment(host), GATEWAY, undefined)
  return found.filter(({ severity }) => severity === 'override').map(({ location }) => location)
}

const B = 'http://127.0.0.1:9'

describe('the proxy that a plain http gateway is behind (Codex 0.171.0)', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['upper case', { HTTP_PROXY: B }, ['HTTP_PROXY']],
    ['lower case', { http_proxy: B }, ['http_proxy']],
    ['for everything', { all_proxy: B }, ['all_proxy']],
    ['no scheme', { HTTP_PROXY: '127.0.0.1:9' }, ['HTTP_PROXY']],
    ['SOCKS', { ALL_PROXY: 'socks5://127.0.0.1:9' }, ['ALL_PROXY']],
    ['an empty upper case hides the lower', { HTTP_PROXY: '', http_proxy: B }, []],
    ['an empty one leaves that for everything', { HTTP_PROXY: '', ALL_PROXY: B }, ['ALL_PROXY']],
    ['what is no proxy is passed over', { HTTP_PROXY: '::::' }, []],
    ['and leaves that for everything', { HTTP_PROXY: '::::', ALL_PROXY: B }, ['ALL_PROXY']],
    ['another scheme', { HTTP_PROXY: 'ftp://127.0.0.1:9' }, []],
    ['a program of a web server', { REQUEST_METHOD: 'GET', http_proxy: B, ALL_PROXY: B }, []],
    ['an empty NO_PROXY hides the lower', { HTTP_PROXY: B, NO_PROXY: '', no_proxy: '127.0.0.1' }, ['HTTP_PROXY']],
    ['an exemption', { HTTP_PROXY: B, no_proxy: '127.0.0.1' }, []],
  ])('%s', async (_, env, locations) => expect(await rows(env)).toEqual(locations))
})

describe("Codex's own file of variables", () => {
  it.each<[string, Record<string, string>, string, string[]]>([
    ['a proxy', {}, `HTTP_PROXY=${B}`, [`${FILE}: HTTP_PROXY`]],
    ['a proxy with export and quotes', {}, `export http_proxy="${B}"`, [`${FILE}: http_proxy`]],
    ['a proxy that the shell names', { X: B }, `HTTP_PROXY=\${X}`, [`${FILE}: HTTP_PROXY`]],
    ['a proxy behind a line that is none', {}, `this is bad\nHTTP_PROXY=${B}`, [`${FILE}: HTTP_PROXY`]],
    ['a proxy with a comment behind it', {}, `HTTP_PROXY=${B} # x`, [`${FILE}: HTTP_PROXY`]],
    ['the last of two', {}, `HTTP_PROXY=${B}\nHTTP_PROXY=`, []],
    ['none behind a colon', {}, `HTTP_PROXY: ${B}`, []],
    ['none in backticks', {}, `HTTP_PROXY=\`${B}\``, []],
    ['none behind a byte order mark', {}, `\uFEFFHTTP_PROXY=${B}`, []],
    ['none behind a quote that never ends', {}, `A="x\nHTTP_PROXY=${B}`, []],
    ['one behind a value of two lines', {}, `A="x\ny"\nHTTP_PROXY=${B}`, [`${FILE}: HTTP_PROXY`]],
    ['none with a blank in it', {}, `HTTP_PROXY=${B} junk`, []],
    ['none with an escaped blank in it', {}, `HTTP_PROXY=${B}\\ x`, []],
    ['none from single quotes', { X: B }, "HTTP_PROXY='a b $X'", []],
    ['an exemption from the proxy of the shell', { HTTP_PROXY: B }, 'NO_PROXY=127.0.0.1', []],
    ['variables of Codex, which do not count', {}, 'CODEX_HOME=/x\ncodex_home=/x', []],
    ['another home', {}, 'HOME=/other', [`${FILE}: HOME`]],
    ['variables of gate', {}, 'GATE_HOME=/other', [`${FILE}: GATE_HOME`]],
    ['others', {}, 'FOO=1', []],
  ])('sets %s', async (_, env, file, locations) => expect(await rows(env, file)).toEqual(locations))

  it('lies in CODEX_HOME', async () => {
    const files = { '/c/.env': `HTTP_PROXY=${B}` }
    await using host = await createTestHost({ env: { CODEX_HOME: '/c' }, files })
    const found = await overrides(host, testConnection('linux', { gatewayUrl: 'http://127.0.0.1:4801' }))
    expect(found).toContainEqual(expect.objectContaining({ source: 'user', location: '/c/.env: HTTP_PROXY' }))
  })
})
