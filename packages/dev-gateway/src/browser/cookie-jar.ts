interface Cookie {
  name: string
  value: string
  path: string
  origin: string
}

/** As much of RFC 6265 as a sign-in needs: cookies by origin and path, deletion by expiry. */
export interface CookieJar {
  store(url: URL, setCookie: readonly string[]): void
  header(url: URL): string
}

export function createCookieJar(): CookieJar {
  const cookies = new Map<string, Cookie>()
  return {
    store(url, setCookie) {
      for (const line of setCookie) {
        const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
        const equals = pair.indexOf('=')
        if (equals < 1) continue
        const attribute = (name: string) =>
          attributes.find((part) => part.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
        const path = attribute('path') ?? '/'
        const name = pair.slice(0, equals)
        const key = `${url.origin}${path} ${name}`
        const expires = attribute('expires')
        const gone =
          Number(attribute('max-age') ?? 1) <= 0 || (expires !== undefined && Date.parse(expires) <= Date.now())
        if (gone) cookies.delete(key)
        else cookies.set(key, { name, value: pair.slice(equals + 1), path, origin: url.origin })
      }
    },
    header(url) {
      const matches = ({ path, origin }: Cookie) =>
        origin === url.origin &&
        (url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
      return [...cookies.values()]
        .filter(matches)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; ')
    },
  }
}
