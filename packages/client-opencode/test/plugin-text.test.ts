import { createTestHost, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import { pluginText } from '../src/plugin-text.js'
import { loadPlugin, serve } from './loaded-plugin.js'

const TOKEN = 'token-canary-93ab'
const PRINTS_TOKEN = `echo ${TOKEN}-$RUN`

/** The message of what a call ends with. */
const failure = (call: Promise<unknown>) =>
  call.then(
    () => 'it worked',
    (error: Error) => error.message,
  )

describe('the token', () => {
  it('goes out with every request, alone, beside the headers of the connection', async () => {
    await using gateway = await serve((_, response) => response.end('ok'))
    await using plugin = await loadPlugin(gateway.url, PRINTS_TOKEN, { headers: { 'X-Team': 'core' } })
    const fetch = await plugin.fetch('gate-anthropic')
    const credentials = {
      'x-api-key': 'k',
      'api-key': 'k',
      authorization: 'Bearer k',
      cookie: 'k',
      'x-goog-api-key': 'k',
    }
    const headers = { ...credentials, 'content-type': 'application/json' }
    const response = await fetch(`${gateway.url}/a/v1/messages`, { method: 'POST', body: '{"a":1}', headers })
    expect(await response.text()).toBe('ok')
    await fetch(new Request(`${gateway.url}/x`, { method: 'POST', body: 'b', headers: credentials }))
    expect(gateway.seen.map(({ url, body }) => [url, body])).toEqual([
      ['/a/v1/messages', '{"a":1}'],
      ['/x', 'b'],
    ])
    for (const [index, seen] of gateway.seen.entries()) {
      expect(seen.headers).toMatchObject({ authorization: `Bearer ${TOKEN}-${index + 1}`, 'x-team': 'core' })
      for (const name of ['x-api-key', 'api-key', 'cookie', 'x-goog-api-key'])
        expect(seen.headers[name]).toBeUndefined()
    }
    expect(await plugin.helperRuns()).toEqual(['--client opencode', '--client opencode'])
  })

  it('is asked for once by requests at the same time', async () => {
    await using gateway = await serve((_, response) => response.end())
    await using plugin = await loadPlugin(gateway.url, `sleep 0.3\n${PRINTS_TOKEN}`)
    const fetch = await plugin.fetch()
    await Promise.all(Array.from({ length: 10 }, () => fetch(`${gateway.url}/v1`)))
    expect(await plugin.helperRuns()).toHaveLength(1)
    expect(new Set(gateway.seen.map(({ headers }) => headers.authorization)).size).toBe(1)
  })

  it('is renewed once after a 401, and the same request sent again', async () => {
    await using gateway = await serve(({ headers }, response) => {
      response.writeHead(headers.authorization?.endsWith('-1') ? 401 : 200).end('answer')
    })
    await using plugin = await loadPlugin(gateway.url, PRINTS_TOKEN)
    const body = new Blob(['a stream']).stream()
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    const response = await (await plugin.fetch())(`${gateway.url}/v1`, init)
    expect([response.status, await response.text()]).toEqual([200, 'answer'])
    expect(gateway.seen.map((seen) => seen.body)).toEqual(['a stream', 'a stream'])
    expect(await plugin.helperRuns()).toEqual(['--client opencode', '--client opencode --force-refresh'])
  })

  it('is renewed once for all requests that were refused with it', async () => {
    await using gateway = await serve(({ headers }, response) => {
      response.writeHead(headers.authorization?.endsWith('-1') ? 401 : 200).end()
    })
    await using plugin = await loadPlugin(gateway.url, `sleep 0.2\n${PRINTS_TOKEN}`)
    const fetch = await plugin.fetch()
    const answers = await Promise.all(Array.from({ length: 5 }, () => fetch(`${gateway.url}/v1`)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect((await plugin.helperRuns()).filter((line) => line.includes('--force-refresh'))).toHaveLength(1)
  })

  it('that stays the same is not sent a second time; the gateway has the last word', async () => {
    await using gateway = await serve((_, response) => response.writeHead(401).end('no'))
    await using plugin = await loadPlugin(gateway.url, `echo ${TOKEN}`)
    const response = await (await plugin.fetch())(`${gateway.url}/v1`)
    expect([response.status, await response.text()]).toEqual([401, 'no'])
    expect(gateway.seen).toHaveLength(1)
  })

  it('is not renewed for other answers', async () => {
    await using gateway = await serve((_, response) => response.writeHead(403).end())
    await using plugin = await loadPlugin(gateway.url, PRINTS_TOKEN)
    expect((await (await plugin.fetch())(`${gateway.url}/v1`)).status).toBe(403)
    expect(await plugin.helperRuns()).toHaveLength(1)
  })

  it('is not asked for where the gateway wants none, and no other credential goes there', async () => {
    await using gateway = await serve((_, response) => response.writeHead(401).end())
    await using plugin = await loadPlugin(gateway.url, PRINTS_TOKEN, { auth: { kind: 'none' } })
    await (await plugin.fetch())(`${gateway.url}/v1`, { headers: { authorization: 'Bearer gate' } })
    expect(gateway.seen[0]?.headers.authorization).toBeUndefined()
    expect(await plugin.helperRuns()).toEqual([])
  })
})

describe('nothing is sent', () => {
  it.each([
    ['to another host', 'https://other.example/v1'],
    ['to another port', 'http://127.0.0.1:1/v1'],
    ['to the gateway over another scheme', 'https://127.0.0.1/v1'],
    ['to a host that begins like the gateway', 'http://127.0.0.1.example/v1'],
  ])('%s', async (_, url) => {
    await using plugin = await loadPlugin('http://127.0.0.1', PRINTS_TOKEN)
    expect(await failure((await plugin.fetch())(url))).toMatch(
      /^gate: not sent, because .* is not the gateway http:\/\/127\.0\.0\.1\. Run: gate status$/,
    )
    expect(await plugin.helperRuns()).toEqual([])
  })

  it.each([
    [
      'fails, with its last line',
      'echo noise >&2; echo "gate: signed out. Run: gate login" >&2; exit 3',
      'gate: signed out. Run: gate login',
    ],
    ['fails silently', 'exit 1', 'gate: there is no token. Run: gate login'],
    ['prints a token and fails', `${PRINTS_TOKEN}; exit 1`, 'gate: there is no token. Run: gate login'],
    ['prints nothing', 'exit 0', 'gate: its helper did not print a token. Run: gate doctor'],
    [
      'prints more than a token',
      `echo warning; ${PRINTS_TOKEN}`,
      'gate: its helper did not print a token. Run: gate doctor',
    ],
    [
      'prints what no header may hold',
      `printf '${TOKEN}\\001x'`,
      'gate: its helper did not print a token. Run: gate doctor',
    ],
    [
      'prints without end',
      `while :; do echo ${TOKEN}; done | head -c 1000000`,
      'gate: its helper did not print a token. Run: gate doctor',
    ],
  ])('when the helper %s', async (_, helper, message) => {
    await using gateway = await serve((__, response) => response.end())
    await using plugin = await loadPlugin(gateway.url, helper)
    expect(await failure((await plugin.fetch())(`${gateway.url}/v1`))).toBe(message)
    expect(gateway.seen).toEqual([])
  })

  it('when the helper is gone', async () => {
    await using gateway = await serve((_, response) => response.end())
    await using plugin = await loadPlugin(gateway.url, '', { helper: { command: '/nonexistent/helper', args: [] } })
    const message = 'gate: its helper cannot be started. Run: gate setup --client opencode'
    expect(await failure((await plugin.fetch())(`${gateway.url}/v1`))).toBe(message)
    expect(gateway.seen).toEqual([])
  })

  it('a second time when the token cannot be renewed', async () => {
    await using gateway = await serve((_, response) => response.writeHead(401).end())
    await using plugin = await loadPlugin(
      gateway.url,
      `[ $RUN = 1 ] && ${PRINTS_TOKEN} || { echo "gate: over" >&2; exit 3; }`,
    )
    expect(await failure((await plugin.fetch())(`${gateway.url}/v1`))).toBe('gate: over')
    expect(gateway.seen).toHaveLength(1)
  })

  it.each([301, 302, 303, 307, 308])('to where a %i leads', async (status) => {
    await using other = await serve((_, response) => response.end())
    await using gateway = await serve((_, response) => response.writeHead(status, { location: other.url }).end())
    await using plugin = await loadPlugin(gateway.url, PRINTS_TOKEN)
    const message = await failure((await plugin.fetch())(`${gateway.url}/v1`, { method: 'POST', body: 'x' }))
    expect(message).toContain('redirect')
    expect(message).not.toContain(TOKEN)
    expect(other.seen).toEqual([])
  })
})

describe('streams and aborts', () => {
  it('passes an event stream on as it comes', async () => {
    let goOn = () => {}
    await using gateway = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      goOn = () => response.end('data: 2\n\n')
    })
    await using plugin = await loadPlugin(gateway.url, PRINTS_TOKEN)
    const response = await (await plugin.fetch())(`${gateway.url}/v1`)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toBe('data: 1\n\n')
    goOn()
    expect((await reader?.read())?.value).toBe('data: 2\n\n')
    expect((await reader?.read())?.done).toBe(true)
  })

  it('stops waiting for a token when the request is aborted, and sends nothing', async () => {
    await using gateway = await serve((_, response) => response.end())
    await using plugin = await loadPlugin(gateway.url, `sleep 1\n${PRINTS_TOKEN}`)
    const fetch = await plugin.fetch()
    const abort = new AbortController()
    const aborted = failure(fetch(`${gateway.url}/v1`, { signal: abort.signal }))
    const other = fetch(`${gateway.url}/v1`)
    abort.abort(new Error('the user said stop'))
    expect(await aborted).toBe('the user said stop')
    expect(await failure(fetch(`${gateway.url}/v1`, { signal: abort.signal }))).toBe('the user said stop')
    expect((await other).status).toBe(200)
    expect(gateway.seen).toHaveLength(1)
  })

  it('cuts the connection when a request is aborted in the middle of its answer', async () => {
    let closed: () => void = () => {}
    const hungUp = new Promise<void>((resolve) => {
      closed = resolve
    })
    await using gateway = await serve((_, response) => response.once('close', closed).write('data: 1\n\n'))
    await using plugin = await loadPlugin(gateway.url, PRINTS_TOKEN)
    const abort = new AbortController()
    const response = await (await plugin.fetch())(`${gateway.url}/v1`, { signal: abort.signal })
    abort.abort()
    expect(await failure(response.text())).not.toBe('it worked')
    await hungUp
  })
})

describe('the hook', () => {
  it('adds both providers and leaves those of the user alone', async () => {
    await using plugin = await loadPlugin('https://g.example', PRINTS_TOKEN)
    const mine = { npm: 'x', options: { apiKey: 'mine' } }
    const config = await plugin.configure({ model: 'mine/m', small_model: 'mine/s', provider: { mine, openai: mine } })
    expect(config).toMatchObject({ model: 'mine/m', small_model: 'mine/s' })
    expect(config.provider).toMatchObject({
      mine,
      openai: mine,
      gate: {
        npm: '@ai-sdk/openai-compatible',
        models: { 'gpt-x': { name: 'GPT X', limit: { context: 1000, output: 0 } } },
        options: { baseURL: 'https://g.example/o/v1', apiKey: 'gate' },
      },
      'gate-anthropic': {
        npm: '@ai-sdk/anthropic',
        models: { 'claude-x': { name: 'claude-x' } },
        options: { baseURL: 'https://g.example/a/v1', apiKey: 'gate' },
      },
    })
    expect(await plugin.helperRuns()).toEqual([])
  })

  it('takes nothing over from a provider of the same name', async () => {
    await using plugin = await loadPlugin('https://g.example', PRINTS_TOKEN, { models: [{ id: 'gpt-x' }] })
    const evil = { npm: 'evil', api: 'https://evil.example', options: { baseURL: 'https://evil.example' } }
    const { provider } = await plugin.configure({ provider: { gate: evil, 'gate-anthropic': evil } })
    expect(Object.keys(provider ?? {})).toEqual(['gate'])
    expect(JSON.stringify(provider)).not.toContain('evil')
  })

  it('asks the gateway for models when the connection names none', async () => {
    await using gateway = await serve(({ url }, response) => {
      const data = url.startsWith('/a')
        ? [{ type: 'model', id: 'opus', display_name: 'Opus' }]
        : [{ id: 'text-embedding-3' }, { id: 'gpt-x' }, { id: 'claude-haiku' }]
      response.end(JSON.stringify({ data }))
    })
    await using plugin = await loadPlugin(gateway.url, PRINTS_TOKEN, { models: [] })
    const config = await plugin.configure({ model: 'gate/default', small_model: 'gate/default-small' })
    expect(config).toMatchObject({ model: 'gate/gpt-x', small_model: 'gate-anthropic/claude-haiku' })
    expect(Object.keys(config.provider?.gate?.models ?? {})).toEqual(['gpt-x'])
    expect(Object.keys(config.provider?.['gate-anthropic']?.models ?? {})).toEqual(['claude-haiku', 'opus'])
    expect(await plugin.configure({ model: 'mine/m' })).toMatchObject({ model: 'mine/m' })
    for (const { headers } of gateway.seen) expect(headers.authorization).toMatch(`Bearer ${TOKEN}`)
  })

  it('is content when one of the two APIs has a list', async () => {
    await using gateway = await serve(({ url }, response) => {
      if (url.startsWith('/o')) response.writeHead(404).end('not here')
      else response.end('{"data":[{"type":"model","id":"opus"}]}')
    })
    await using plugin = await loadPlugin(gateway.url, PRINTS_TOKEN, { models: [] })
    const config = await plugin.configure()
    expect(config).toMatchObject({ model: 'gate-anthropic/opus', small_model: 'gate-anthropic/opus' })
    expect(Object.keys(config.provider ?? {})).toEqual(['gate-anthropic'])
  })

  it.each([
    [
      'nobody is signed in',
      'echo "gate: signed out. Run: gate login" >&2; exit 3',
      200,
      '{}',
      'gate: signed out. Run: gate login',
    ],
    [
      'the gateway fails',
      PRINTS_TOKEN,
      500,
      '',
      'gate: the gateway answers 500 to the question for its models. Run: gate doctor',
    ],
    [
      'the gateway offers none',
      PRINTS_TOKEN,
      200,
      '{"data":[]}',
      'gate: the gateway offers no model. Run: gate doctor',
    ],
    [
      'the answer is no list',
      PRINTS_TOKEN,
      200,
      '{}',
      'gate: the gateway gives no list of its models. Run: gate doctor',
    ],
  ])('keeps OpenCode from taking another provider when %s', async (_, helper, status, body, message) => {
    await using gateway = await serve((__, response) => response.writeHead(status).end(body))
    await using plugin = await loadPlugin(gateway.url, helper, { models: [] })
    const config = await plugin.configure({ model: 'gate/default' })
    expect(config.model).toBe('gate/default')
    expect(Object.keys(config.provider ?? {})).toEqual(['gate'])
    const { models, options } = config.provider?.gate ?? {}
    expect(Object.keys(models ?? {})).toEqual(['default', 'default-small'])
    expect(await failure(options?.fetch?.(`${gateway.url}/v1`) ?? Promise.resolve())).toBe(message)
  })

  it('says so when the gateway cannot be reached', async () => {
    await using plugin = await loadPlugin('http://127.0.0.1:1', PRINTS_TOKEN, { models: [] })
    const { provider } = await plugin.configure()
    const message = 'gate: the gateway cannot be reached. Run: gate doctor, and start OpenCode again'
    expect(provider?.gate?.models).toMatchObject({ default: { name: message } })
  })
})

describe('the text', () => {
  it('is the same for the same connection, holds no token, and says what it is', async () => {
    await using plugin = await loadPlugin('https://g.example', PRINTS_TOKEN)
    expect(plugin.text).toMatch(/^\/\/ Written by gate/)
    expect(plugin.text).not.toContain('__SETTINGS__')
    expect(plugin.text).not.toContain(TOKEN)
    expect(plugin.text.match(/^export /gm)).toEqual(['export '])
    expect(plugin.text.match(/^import .*$/gm)).toEqual(["import { spawn } from 'node:child_process'"])
  })

  it('survives values that mean something to a text replacement or to JavaScript', async () => {
    const id = "$&`$' {x}'\\\u2028</script>"
    await using plugin = await loadPlugin('https://g.example', PRINTS_TOKEN, { models: [{ id }] })
    expect(Object.keys((await plugin.configure()).provider?.gate?.models ?? {})).toEqual([id])
  })

  it('starts a batch file through its shell on Windows, with the path in a variable', async () => {
    await using host = await createTestHost({ platform: 'win32' })
    const text = pluginText(host, testConnection('win32'))
    expect(text).toContain('"command": "C:\\\\gate\\\\state\\\\bin\\\\gate-token-default.cmd"')
    expect(text).toContain('"directory": "C:\\\\gate\\\\state\\\\bin"')
    expect(text).toContain('"batch": true')
  })
})
