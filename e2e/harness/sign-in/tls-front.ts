import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

const FIXTURES = join(import.meta.dirname, '../../../packages/auth/test/__fixtures__/tls')

/** A form as it went over the wire. */
export interface PostedForm {
  readonly path: string
  readonly fields: URLSearchParams
}

/** An https server on 127.0.0.1 in front of an http one. */
export interface TlsFront {
  readonly origin: string
  /** PEM file with both of its certificates, so that expiry is all that is wrong with the second one. */
  readonly caFile: string
  /** The forms that were posted, in order. */
  readonly forms: readonly PostedForm[]
  /** From now on it shows the certificate that expired in 2020, or the good one again. */
  show(certificate: 'good' | 'expired'): void
  stop(): Promise<void>
}

/**
 * Starts a {@link TlsFront}, with a fresh certificate of the `openssl` program.
 *
 * @param behind Origin that every request is passed on to.
 * @param directory Where key and certificates are kept.
 */
export async function startTlsFront(behind: string, directory: string): Promise<TlsFront> {
  const [key, cert, caFile] = ['front.key', 'front.pem', 'front-ca.pem'].map((name) => join(directory, name))
  if (key === undefined || cert === undefined || caFile === undefined) throw new Error('three paths')
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=front']
  const files = ['-keyout', key, '-out', cert]
  await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...files, '-addext', 'subjectAltName=IP:127.0.0.1'])
  const good = { key: await readFile(key), cert: await readFile(cert) }
  const expired = {
    key: await readFile(join(FIXTURES, 'test-only.key')),
    cert: await readFile(join(FIXTURES, 'expired.pem')),
  }
  await writeFile(caFile, `${good.cert}\n${expired.cert}`)

  const forms: PostedForm[] = []
  const server = createServer(good, (incoming, response) => {
    const { method, url } = incoming
    // The provider names its pages after the host it was asked at, and this one has no pages.
    const headers = { ...incoming.headers, host: new URL(behind).host }
    const options = method === undefined ? { headers } : { method, headers }
    const outgoing = request(new URL(url ?? '/', behind), options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => forms.push({ path: url ?? '/', fields: new URLSearchParams(`${Buffer.concat(chunks)}`) }))
    incoming.pipe(outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caFile,
    forms,
    show(certificate) {
      server.setSecureContext(certificate === 'good' ? good : expired)
      server.closeAllConnections()
    },
    async stop() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
