import { Worker } from 'node:worker_threads'
import { createNodeHost } from '@gate/engine/host'
import { expect, it } from 'vitest'
import { createIssuerFetch } from '../../src/issuer/issuer-http.js'

// In a thread of its own, because the tests stand still on purpose.
const SERVER = `
const { parentPort } = require('node:worker_threads')
const server = require('node:http').createServer((request, response) => {
  if (request.url === '/answers') setTimeout(() => response.end('{"an":"answer"}'), 50)
})
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`

async function withServer(use: (origin: string) => Promise<void>): Promise<void> {
  const worker = new Worker(SERVER, { eval: true })
  try {
    const port = await new Promise((resolve) => worker.once('message', resolve))
    await use(`http://127.0.0.1:${String(port)}`)
  } finally {
    await worker.terminate()
  }
}

const host = createNodeHost({ requireHome: false, env: { GATE_HOME: '/nowhere' } })
const request = { method: 'GET', headers: {}, body: undefined, redirect: 'manual' } as const

it('A21 an answer that came while the process was suspended is read, however long that took', async () => {
  await withServer(async (origin) => {
    const fetch = createIssuerFetch(host, { deadlineMs: 600 })
    // Loads the modules that the first request needs.
    await fetch(`${origin}/answers`, request)
    // The request is out, the answer comes, and only long after the time limit does this process run again.
    const answer = fetch(`${origin}/answers`, request)
    await host.clock.sleep(20)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500)
    expect(await (await answer).json()).toEqual({ an: 'answer' })
  })
})

it('A3 an issuer that does not answer is given up at the time limit', async () => {
  await withServer(async (origin) => {
    const fetch = createIssuerFetch(host, { deadlineMs: 300 })
    await expect(fetch(`${origin}/hangs`, request)).rejects.toThrow(/did not answer within/)
  })
})
