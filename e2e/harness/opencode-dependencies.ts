/**
 * Files that make a directory look as if OpenCode had once installed its package for plugin authors there: with any
 * plugin it waits for that at every start, and the tests must not need the npm registry. It compares names only
 * (1.18.33).
 *
 * @param directory Put before every path.
 */
export function opencodeDependencies(directory: string): Readonly<Record<string, string>> {
  const dependencies = { '@opencode-ai/plugin': '1.18.33' }
  const lock = { name: 'opencode', lockfileVersion: 3, requires: true, packages: { '': { dependencies } } }
  return {
    [`${directory}/node_modules/.keep`]: '',
    [`${directory}/package.json`]: JSON.stringify({ dependencies }),
    [`${directory}/package-lock.json`]: JSON.stringify(lock),
  }
}
