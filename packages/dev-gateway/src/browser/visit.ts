import { request } from 'node:http'
import type { Visit } from '../contract.js'
import { createCookieJar } from './cookie-jar.js'
import { type Form, readForm } from './form.js'

const MOST_STEPS = 30

interface Step {
  method: 'GET' | 'POST'
  url: URL
  form?: URLSearchParams
}

/**
 * Does what a person with a browser would do with a sign-in link: follows redirects with cookies, fills and sends the forms of
 * the site that the link led to, and stops at the first page without one, usually the callback of the program that waits.
 *
 * `node:http` and not `fetch`: a browser that starts a process per login should not pay for loading fetch.
 *
 * @throws Error when a server cannot be reached or the way is longer than 30 steps.
 */
export async function visit(start: string, signal?: AbortSignal): Promise<Visit> {
  const jar = createCookieJar()
  const first = new URL(start)
  // A program that waits gives its own address, which leads to the site: the first other one that shows a page.
  const isOfProgram = first.pathname.startsWith('/start/')
  let site = isOfProgram ? undefined : first.origin
  const addresses: string[] = []
  const sent = new Set<string>()
  let step: Step = { method: 'GET', url: first }
  for (let count = 0; count < MOST_STEPS; count += 1) {
    addresses.push(step.url.href)
    const page = await send(step, jar.header(step.url), signal)
    jar.store(step.url, page.setCookie)
    if (page.status >= 300 && page.status < 400 && page.location) {
      step = { method: 'GET', url: new URL(page.location, step.url) }
      continue
    }
    if (step.url.origin !== first.origin) site ??= step.url.origin
    const form = step.url.origin === site && page.status < 400 ? readForm(page.body) : undefined
    const next = form && stepOf(form, step.url)
    // The page wants something that cannot be known here (a device code), or it asks again for what it refused just now.
    if (!next || form.fields.get('user_code') === '' || sent.has(keyOf(next))) {
      return { url: step.url.href, status: page.status, body: page.body, addresses }
    }
    sent.add(keyOf(next))
    step = next
  }
  throw new Error(`${start.split('?', 1)[0]} led to more than ${MOST_STEPS} pages`)
}

function stepOf({ method, action, fields }: Form, page: URL): Step {
  return { method, url: new URL(action, page), form: fields }
}

/** Two steps are the same to a person when they differ in nothing but the forgery token. */
function keyOf({ method, url, form }: Step): string {
  const fields = [...(form ?? [])].filter(([name]) => name !== 'xsrf')
  return JSON.stringify([method, url.href, fields])
}

interface Page {
  status: number
  location: string | undefined
  setCookie: readonly string[]
  body: string
}

function send({ method, url, form }: Step, cookie: string, signal: AbortSignal | undefined): Promise<Page> {
  const body = method === 'POST' ? (form?.toString() ?? '') : undefined
  const headers: Record<string, string> = { accept: 'text/html', 'user-agent': 'gate-dev-browser' }
  if (cookie) headers.cookie = cookie
  if (body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded'
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false, ...(signal ? { signal } : {}) }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          setCookie: response.headers['set-cookie'] ?? [],
          body: Buffer.concat(chunks).toString('utf8'),
        })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
