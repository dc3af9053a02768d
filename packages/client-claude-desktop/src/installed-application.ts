import { readPropertyList } from '@gate/client-kit'
import type { Host } from '@gate/core'

/** An application of macOS. */
export interface MacApplication {
  /** Absolute path of the bundle. */
  readonly location: string
  readonly version?: string
}

/**
 * Looks for an application of macOS in the two directories that Finder uses. Any bundle may have the name, so only the
 * identifier inside counts.
 *
 * @param name E.g. `Example.app`.
 * @param identifier `CFBundleIdentifier`.
 */
export async function macApplication(
  host: Host,
  name: string,
  identifier: string,
): Promise<MacApplication | undefined> {
  for (const directory of ['/Applications', host.path.join(host.home, 'Applications')]) {
    const location = host.path.join(directory, name)
    const info = await readPropertyList(host, host.path.join(location, 'Contents', 'Info.plist'))
    if (info.state !== 'parsed' || info.values.CFBundleIdentifier !== identifier) continue
    const version = info.values.CFBundleShortVersionString
    return { location, ...(typeof version === 'string' ? { version } : {}) }
  }
  return undefined
}

/** The version of an installed Debian package, without epoch and revision; undefined when it is not installed. */
export async function debianPackageVersion(host: Host, name: string): Promise<string | undefined> {
  const text = await host.fs.readFile('/var/lib/dpkg/status', 'utf8').catch(() => '')
  const entry = text.split(/\n\n+/).find((paragraph) => paragraph.split('\n').includes(`Package: ${name}`))
  if (entry === undefined || !/^Status: .* installed$/m.test(entry)) return undefined
  return /^Version: (?:\d+:)?(\d+\.\d+\.\d+)/m.exec(entry)?.[1]
}

/**
 * The version of a program that Squirrel for Windows installed. It keeps each in `app-<version>`, and an old one beside the
 * new for a while; the newest counts.
 */
export async function squirrelVersion(host: Host, directory: string): Promise<string | undefined> {
  const names = await host.fs.readdir(directory).catch((): string[] => [])
  const versions = names.flatMap((name) => /^app-(\d+\.\d+\.\d+)$/.exec(name)?.[1] ?? [])
  return versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
}
