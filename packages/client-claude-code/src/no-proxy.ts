/**
 * Whether `NO_PROXY` exempts a URL: entries split by commas or blanks, each `*`, a host, `host:port`, `.suffix` or an
 * IPv4 network (all seen with 2.1.329). Pure.
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
      if (entry.startsWith('.')) return host.endsWith(entry) || host === entry.slice(1)
      return entry.includes('/') && inNetwork(host, entry)
    })
}

function inNetwork(host: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/')
  const [address, first, length] = [ipv4(host), ipv4(base), Number(bits)]
  if (address === undefined || first === undefined || !(length >= 0 && length <= 32)) return false
  const size = 2 ** (32 - length)
  return Math.floor(address / size) === Math.floor(first / size)
}

function ipv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number)
  return parts?.every((part) => part <= 255) ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined
}
