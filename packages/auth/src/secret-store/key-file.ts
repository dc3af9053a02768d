import { randomBytes } from 'node:crypto'
import { advice, gatePaths, type Host } from '@gate/core'
import { atomicWrite } from '@gate/engine'
import { faultText, readPrivateFile } from '../private-file.js'
import { KEY_BYTES } from './secret-cipher.js'
import { storeError } from './store-errors.js'

/**
 * The key of an encrypted file that no passphrase protects: 0600, and outside of the configuration directory, so that a
 * copy or a backup of that alone opens nothing.
 *
 * @throws GateError `secret-store-locked` when it is missing, `secret-store-insecure`, `secret-store-corrupt`.
 */
export async function readKeyFile(host: Host): Promise<Buffer> {
  const path = gatePaths(host).secretsKey
  const file = await readPrivateFile(host, path)
  if (file.state === 'absent') {
    throw storeError('secret-store-locked', `The key file ${path} of the encrypted file is missing.`, {
      file: path,
      fix: advice(`Put it back, or move ${gatePaths(host).secrets} away and sign in again`, { action: 'login' }),
    })
  }
  if (file.state === 'refused') {
    const insecure = file.fault !== 'unreadable' && file.fault !== 'too-large'
    throw storeError(insecure ? 'secret-store-insecure' : 'secret-store-corrupt', `${path} ${faultText(file.fault)}.`, {
      file: path,
      ...(file.fault === 'open-to-others' ? { fix: advice(`If nobody else read it: chmod 600 ${path}`) } : {}),
    })
  }
  const key = Buffer.from(/^gate-secrets-key (?<key>[\w-]{43})\n$/.exec(file.text)?.groups?.key ?? '', 'base64url')
  if (key.length === KEY_BYTES) return key
  throw storeError('secret-store-corrupt', `${path} is damaged; it was left as it is.`, { file: path })
}

/** The same, made first when there is none. */
export async function makeKeyFile(host: Host): Promise<Buffer> {
  const path = gatePaths(host).secretsKey
  if ((await readPrivateFile(host, path)).state === 'absent') {
    const text = `gate-secrets-key ${randomBytes(KEY_BYTES).toString('base64url')}\n`
    await atomicWrite(host, path, text, { mode: 0o600 })
  }
  return await readKeyFile(host)
}
