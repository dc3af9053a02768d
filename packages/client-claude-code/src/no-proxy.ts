import { ipv4InNetwork } from '@gate/client-kit'

/**
 * Whether `NO_PROXY` exempts a URL: entries split by commas or blanks, each `*`, a host, `host:port`, `.suffix` or an
 * IPv4 network; a suffix exempts no address (all seen with 2.1.332). Pure.
 */
export function isExempt(noProxy: string, url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*' || entry === host || entry === `${host}:${port}`) return true
      if (entry.startsWith('.')) return !isAddress(host) && (host.endsWith(entry) || host === entry.slice(1))
      return ipv4InNetwork(host, entry)
    })
}

/** Of a host as `URL` spells it. */
function isAddress(host: string): boolean {
  return host.includes(':') || /^\d+(?:\.\d+){3}$/.test(host)
}
