import { ipv4InNetwork } from '@gate/client-kit'

/**
 * Whether `NO_PROXY` exempts a URL: entries split by commas; an address needs itself or an IPv4 network, a name itself, a
 * parent domain or `*`. Ports are not understood (all seen with 0.169.0). Pure.
 */
export function isExempt(noProxy: string, url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const isAddress = host.includes(':') || /^[\d.]+$/.test(host)
  return noProxy
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .some((entry) => {
      if (entry === host) return true
      if (isAddress) return ipv4InNetwork(host, entry)
      return entry === '*' || host.endsWith(entry.startsWith('.') ? entry : `.${entry}`)
    })
}
