/**
 * Whether `NO_PROXY` exempts a URL: entries split by commas, each `*`, a host, `host:port` or a parent domain with or
 * without a leading dot. Lists, hosts and `*` were seen with 1.18.33; the other two forms, which a gateway on loopback
 * cannot show, are read as curl reads them. Pure.
 */
export function isExempt(noProxy: string, url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  return noProxy
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*' || entry === host || entry === url.host) return true
      return host.endsWith(entry.startsWith('.') ? entry : `.${entry}`)
    })
}
