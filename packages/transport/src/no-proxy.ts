import { BlockList, isIP } from 'node:net'

/**
 * True when `NO_PROXY` exempts a URL, as curl 8 and Go read it: entries split by commas or white space, `*` for everything,
 * a name for itself and what is below it (`example.com`, `.example.com`, `*.example.com`), an address, a network
 * (`10.0.0.0/8`, `fd00::/8`), each with or without `:port`. Pure.
 */
export function isExempt(noProxy: string, url: URL): boolean {
  const host = bare(url.hostname)
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && covers(entry, host, port))
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isInNetwork(entry, host)
  // The colons of a bare IPv6 address begin no port.
  const [, name = entry, wanted] = isIP(entry) === 6 ? [] : (/^(.+?)(?::(\d+))?$/.exec(entry) ?? [])
  if (wanted !== undefined && wanted !== port) return false
  if (isIP(bare(name)) !== 0) return isIP(host) !== 0 && canonical(bare(name)) === host
  const domain = bare(name.replace(/^\*?\./, ''))
  return domain !== '' && (host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`)))
}

function isInNetwork(entry: string, host: string): boolean {
  const [network = '', bits = ''] = entry.split('/')
  const [kind, kindOfHost] = [isIP(bare(network)), isIP(host)]
  if (kind === 0 || kind !== kindOfHost || !/^\d{1,3}$/.test(bits) || Number(bits) > (kind === 4 ? 32 : 128))
    return false
  const family = kind === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(bare(network), Number(bits), family)
  return list.check(host, family)
}

/** IPv6 as `URL` spells it. */
function canonical(address: string): string {
  return isIP(address) === 6 ? bare(new URL(`http://[${address}]`).hostname) : address
}

function bare(host: string): string {
  return host.replace(/^\[|\]$|\.$/g, '')
}
