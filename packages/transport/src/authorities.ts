import type { SecureContext } from 'node:tls'
import { advice, GateError, type Host } from '@gate/core'
import { readRegularFile } from './read-regular-file.js'

const contexts = new Map<string, SecureContext>()

/**
 * Whom https is believed: Node's default store, which holds `NODE_EXTRA_CA_CERTS`, the store of the system, and a file.
 * Made once per process and file, because reading the store of a Debian takes about 60 ms.
 *
 * @param pem Further authorities, of {@link readAuthorities}. Default: none.
 */
export async function secureContext(pem: string | undefined): Promise<SecureContext> {
  const made = contexts.get(pem ?? '')
  if (made) return made
  const { createSecureContext, getCACertificates } = await import('node:tls')
  const stores = new Set([...getCACertificates('default'), ...getCACertificates('system')])
  const context = createSecureContext({ ca: [...stores, ...(pem === undefined ? [] : [pem])] })
  contexts.set(pem ?? '', context)
  return context
}

/**
 * The certificates of a PEM file.
 *
 * @throws GateError `invalid-config` when it cannot be read or holds none.
 */
export async function readAuthorities(fs: Pick<Host['fs'], 'open'>, caFile: string): Promise<string> {
  let pem: string
  try {
    pem = await readRegularFile(fs, caFile)
  } catch (error) {
    throw badCaFile(caFile, 'cannot be read as a file', error)
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw badCaFile(caFile, 'holds no PEM certificate')
  return pem
}

function badCaFile(file: string, problem: string, cause?: unknown): GateError {
  return new GateError({
    code: 'invalid-config',
    message: `The CA file ${file} ${problem}.`,
    file,
    fix: advice('Set the right file', { action: 'setup', needs: ['ca-file'] }),
    cause,
  })
}
