import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Machine } from '../harness/machine.js'

const CLI = fileURLToPath(new URL('../../', import.meta.url))

/** An address that a scene knows by a name, e.g. `http://127.0.0.1:40123` as `gateway`. */
export interface KnownAddress {
  readonly url: string
  readonly name: string
}

/** Patterns of text that no two runs share. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>'],
  [/\bon \d{4}-\d\d-\d\d\b/g, 'on <date>'],
  // The tag is a digest of the gateway's address.
  [/(gate-token-[\w-]+?)-[0-9a-f]{8}\b/g, '$1-<tag>'],
  [/\b(127\.0\.0\.1|localhost):\d{4,5}\b/g, '$1:<port>'],
  // The lock of one process.
  [/(\.lock\.)[\w-]+/g, '$1<id>'],
  // What a login makes up for itself, in the address that it opens.
  [/([?&](?:state|nonce|code_challenge)=)[^&\s]+/g, '$1<random>'],
  [/(\/start\/)[\w-]+/g, '$1<random>'],
  [/(127\.0\.0\.1%3A)\d{4,5}/g, '$1<port>'],
  [/\b[A-Z]{4}-[A-Z]{4}\b/g, '<code>'],
  // Tokens hold the address of their issuer.
  [/\b\d+ bytes\b/g, '<n> bytes'],
  [/^version \d+\.\d+\.\d+$/g, 'version <node version>'],
  // Doctor's line on a package of gate.
  [/^\d+\.\d+\.\d+[\w.-]*(?=, <cli>)/g, '<gate version>'],
]

/**
 * Returns a function that takes out of an answer whatever differs between two runs and machines: paths, addresses, times,
 * versions of gate and Node.
 */
export function normaliser(machine: Machine, addresses: readonly KnownAddress[]): (value: unknown) => unknown {
  const names = [
    [machine.home, '<home>'],
    [machine.bin, '<bin>'],
    [dirname(machine.home), '<root>'],
    [CLI.replace(/\/$/, ''), '<cli>'],
    [process.execPath, '<node>'],
    ...addresses.map(({ url, name }) => [url, `<${name}>`] as const),
  ] as const
  const text = (given: string): string => {
    let result = given
    for (const [from, to] of names) result = result.replaceAll(from, to)
    for (const [pattern, to] of VARYING) result = result.replace(pattern, to)
    return result
  }
  const any = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value)
    if (Array.isArray(value)) return value.map(any)
    if (typeof value !== 'object' || value === null) return value
    const ours = 'package' in value && typeof value.package === 'string' && value.package.startsWith('@gate/')
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (ours && key === 'version') return [key, '<gate version>']
        if (key === 'clockSkewMs' && typeof inner === 'number') return [key, '<milliseconds>']
        if (key === 'expiresAt' && typeof inner === 'number') return [key, '<time>']
        return [key, any(inner)]
      }),
    )
  }
  return any
}
