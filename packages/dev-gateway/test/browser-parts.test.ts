import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { createCookieJar } from '../src/browser/cookie-jar.js'
import { readForm } from '../src/browser/form.js'
import { visit } from '../src/browser/visit.js'
import { escapeHtml } from '../src/issuer/pages.js'

const site = new URL('http://127.0.0.1:1234/a/b')

test('cookies go back to their origin and path only', () => {
  const jar = createCookieJar()
  jar.store(site, ['root=1; path=/; httponly', 'deep=2; path=/a', 'other=3; path=/ab'])
  expect(jar.header(site)).toBe('root=1; deep=2')
  expect(jar.header(new URL('http://127.0.0.1:1234/ab/c'))).toBe('root=1; other=3')
  expect(jar.header(new URL('http://127.0.0.1:9/a'))).toBe('')
})

test('a cookie of the same name and path replaces the old one; expired ones go', () => {
  const jar = createCookieJar()
  jar.store(site, ['a=1; path=/', 'b=1; path=/', 'c=1; path=/', 'no-value'])
  jar.store(site, ['a=2; path=/', 'b=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT', 'c=; path=/; max-age=0'])
  expect(jar.header(site)).toBe('a=2')
})

test('reads the first form with its values and its first button', () => {
  const form = readForm(`<p>Hi</p><form class="x" method="post" action="/go?a=1&amp;b=2">
    <input type="hidden"
      name="xsrf" value="t&quot;1"/><input name="empty"><input value="nameless">
    <button name="decision" value="yes">Yes</button><button name="decision" value="no">No</button>
  </form><form action="/second"></form>`)
  expect(form).toEqual({
    method: 'POST',
    action: '/go?a=1&b=2',
    fields: new URLSearchParams({ xsrf: 't"1', empty: '', decision: 'yes' }),
  })
})

test('a page without a form', () => {
  expect(readForm('<p>done</p>')).toBeUndefined()
})

test('any value survives being written into a page and read back', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const form = readForm(`<form action="/x" method="get"><input name="field" value="${escapeHtml(value)}"></form>`)
      expect(form?.fields.get('field')).toBe(value)
    }),
  )
})

test('gives up on a site that redirects for ever', async () => {
  const server = createServer((_request, response) => void response.writeHead(302, { location: '/again' }).end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?secret=1`
  const failure = await visit(url).catch((error: unknown) => error)
  expect(String(failure)).toContain('more than 30 pages')
  expect(String(failure)).not.toContain('secret')
})

test('does not send forms of another site', async () => {
  const paths: string[] = []
  const callback = createServer((request, response) => {
    paths.push(`${request.method} ${request.url}`)
    response.end('<form method="post" action="/trap"><button>Go</button></form>')
  })
  callback.listen(0, '127.0.0.1')
  await once(callback, 'listening')
  onTestFinished(() => void callback.close())
  const target = `http://127.0.0.1:${(callback.address() as AddressInfo).port}/callback`
  const site = createServer((_request, response) => void response.writeHead(302, { location: target }).end())
  site.listen(0, '127.0.0.1')
  await once(site, 'listening')
  onTestFinished(() => void site.close())
  const { url } = await visit(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`)
  expect(url).toBe(target)
  expect(paths).toEqual(['GET /callback'])
})
