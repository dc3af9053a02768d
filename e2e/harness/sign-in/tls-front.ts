import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type PostedForm, recordForms } from './recorded-forms.ts'

const FIXTURES = join(import.meta.dirname, '../../../packages/auth/test/__fixtures__/tls')

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

  const { listener, forms } = recordForms(behind)
  const server = createServer(good, listener)
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
