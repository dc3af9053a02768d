/**
 * Whether `NO_PROXY` exempts a URL, as undici 8 in pi 0.87.1 reads it: entries split by commas and spaces; each is a name,
 * which stands for its subdomains, too, or an address, either with a port; networks are not understood; `*` alone exempts
 * everything. Pure.
 */
export function isExempt(noProxy: string, url: URL): boolean {
  if (noProxy === '*') return true
  const host = bare(url.hostname.toLowerCase())
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return noProxy
    .toLowerCase()
    .split(/[,\s]/)
    .filter(Boolean)
    .some((entry) => {
      const parts = /^(?<name>\[.+\]|[^:]+):(?<port>\d+)$/.exec(entry)?.groups
      if (parts?.port !== undefined && parts.port !== port) return false
      const name = bare(parts?.name ?? entry).replace(/^\*?\./, '')
      return host === name || host.endsWith(`.${name}`)
    })
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}
