import type { Host } from '@gate/core'

/** What lies at a path of a test host. Text and bytes make a file with mode 0644. */
export type TestFile =
  | string
  | Uint8Array
  | { readonly content: string | Uint8Array; readonly mode?: number }
  | { readonly link: string }
  | { readonly directory: true; readonly mode?: number }

/** Files by path of the host; `~/` stands for the home directory, and `/` separates on every platform. */
export type TestFiles = Readonly<Record<string, TestFile>>

/** The path of a key of {@link TestFiles}. Pure. */
export function pathOf(host: Pick<Host, 'home' | 'path' | 'platform'>, key: string): string {
  const path = key === '~' || key.startsWith('~/') ? host.home + key.slice(1) : key
  return host.path.normalize(path)
}

/** Creates files together with their directories (0755). What is there already is replaced. */
export async function writeTestFiles(host: Host, files: TestFiles): Promise<void> {
  for (const [key, file] of Object.entries(files)) {
    const path = pathOf(host, key)
    await host.fs.mkdir(host.path.dirname(path), { recursive: true })
    await writeTestFile(host, path, file)
  }
}

async function writeTestFile(host: Host, path: string, file: TestFile): Promise<void> {
  if (typeof file === 'string' || file instanceof Uint8Array) return writeTestFile(host, path, { content: file })
  if ('link' in file) return host.fs.symlink(file.link.startsWith('~/') ? pathOf(host, file.link) : file.link, path)
  if ('directory' in file) {
    await host.fs.mkdir(path, { recursive: true })
    await host.fs.chmod(path, file.mode ?? 0o755)
    return
  }
  await host.fs.rm(path, { force: true })
  await host.fs.writeFile(path, file.content)
  // Explicitly, because the umask was applied when the file was made.
  await host.fs.chmod(path, file.mode ?? 0o644)
}
