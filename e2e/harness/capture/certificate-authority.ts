import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import { promisify } from 'node:util'

const openssl = (...args: string[]) => promisify(execFile)('openssl', args)

/** Issues a certificate for whatever name a client asks for. */
export interface CertificateAuthority {
  /** PEM file of the authority's own certificate, for `NODE_EXTRA_CA_CERTS` and the like. */
  readonly file: string
  /** Key and certificate for a host; made once per name. */
  contextFor(host: string): Promise<SecureContext>
}

/** Makes a {@link CertificateAuthority} with the `openssl` program in an empty directory. */
export async function createCertificateAuthority(directory: string): Promise<CertificateAuthority> {
  await mkdir(directory, { recursive: true })
  const at = (name: string) => join(directory, name)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  await openssl('req', '-x509', ...key, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-days', '2', '-subj', '/CN=e2e')
  await openssl('req', ...key, '-keyout', at('leaf.key'), '-out', at('leaf.csr'), '-subj', '/CN=leaf')
  const contexts = new Map<string, Promise<SecureContext>>()

  const issue = async (host: string) => {
    const name = `leaf-${contexts.size}`
    await writeFile(
      at(`${name}.ext`),
      `subjectAltName=DNS:${host}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`,
    )
    const signer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2']
    await openssl(
      'x509',
      '-req',
      '-in',
      at('leaf.csr'),
      ...signer,
      '-extfile',
      at(`${name}.ext`),
      '-out',
      at(`${name}.pem`),
    )
    return createSecureContext({ key: await readFile(at('leaf.key')), cert: await readFile(at(`${name}.pem`)) })
  }

  return {
    file: at('ca.pem'),
    contextFor(host) {
      const known = contexts.get(host)
      if (known !== undefined) return known
      const made = issue(host)
      contexts.set(host, made)
      return made
    },
  }
}
