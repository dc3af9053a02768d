/** npm's limit for a name. */
const MAX_NAME = 214

/** A package in a registry: its name, and a version or tag when one was given. */
export interface PackageSpec {
  readonly name: string
  readonly version: string | undefined
}

/**
 * Package names that may be client plugins: `@gate/client-*`, `gate-client-*`, `@scope/gate-client` and `…-client-*`.
 * `@gate/client-kit` is what plugins share; it lies beside each of them and is none.
 */
export function isPluginName(name: string): boolean {
  return /^(?:@gate\/client-(?!kit$)[^/]+|gate-client-[^/]+|@[^/]+\/gate-client(?:-[^/]+)?)$/.test(name)
}

/** Names in gate's own scope, whose packages are released together with this CLI. */
export function isOwnName(name: string): boolean {
  return name.startsWith('@gate/')
}

/** The client id that a package name stands for when its package.json says none. */
export function idFromName(packageName: string): string {
  const match = /^(?:@gate\/client-|(?:@[^/]+\/)?gate-client-)(.+)$/.exec(packageName)
  if (match?.[1] !== undefined) return match[1]
  return /^@([^/]+)\/gate-client$/.exec(packageName)?.[1] ?? packageName
}

/** What plugins may call their client: it becomes a file name and a word of the command line. */
export function isClientId(id: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,63}$/.test(id)
}

/**
 * Reads `name`, `name@version` or `name@tag`. URLs, git addresses, ranges and whatever a command line could take for an
 * option are none.
 */
export function packageSpec(text: string): PackageSpec | undefined {
  const match =
    /^(?<name>(?:@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*)(?:@(?<version>[A-Za-z0-9][A-Za-z0-9._+-]*))?$/.exec(
      text,
    )
  const name = match?.groups?.name
  if (name === undefined || name.length > MAX_NAME) return undefined
  return { name, version: match?.groups?.version }
}
