import type { TestHost } from '@gate/plugin-testkit'

/** Every file of Claude Desktop on a machine as one text: its path, its mode where there are modes, and what is in it. */
export async function goldenTree(host: TestHost): Promise<string> {
  const files: string[] = []
  for (const [path, entry] of await host.snapshot()) {
    if (entry.kind !== 'file' || !/(?:Claude-3p|\/Claude)\/.*\.json$/.test(path)) continue
    const mode = host.platform === 'win32' ? '' : ` ${entry.mode.toString(8).padStart(4, '0')}`
    files.push(`=== ${path}${mode}\n${entry.bytes.toString('utf8').replaceAll('\r', '␍')}`)
  }
  return files.length === 0 ? '(no file)\n' : `${files.join('\n')}\n`
}
