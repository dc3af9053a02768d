import type { Host } from '@gate/core'
import { createNodeHost } from '@gate/engine/host'
import type { ThrowawayHome } from './throwaway-home.ts'

/** The machine as a program sees it that is started in a throwaway home: for asking a plugin without the command line. */
export function homeHost(
  home: ThrowawayHome,
  { cwd = home.work, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Host {
  const host = createNodeHost({ env: { ...home.env, ...env }, cwd })
  const { process } = host
  // What a client says must not depend on how busy the machine of the test is.
  const run: typeof process.run = (command, args, options) =>
    process.run(command, args, { ...options, timeoutMs: 60_000 })
  return createNodeHost({ env: { ...home.env, ...env }, cwd, process: { ...process, run } })
}
