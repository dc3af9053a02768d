/** The clients that a package of gate exists for. Their ids are reserved: a plugin from elsewhere cannot take one over. */
const PACKAGES: Readonly<Record<string, string>> = {
  'claude-code': '@gate/client-claude-code',
  'claude-desktop': '@gate/client-claude-desktop',
  codex: '@gate/client-codex',
  opencode: '@gate/client-opencode',
  pi: '@gate/client-pi',
}

/** The package of ours behind a client id. */
export function ownPackage(id: string): string | undefined {
  return Object.hasOwn(PACKAGES, id) ? PACKAGES[id] : undefined
}
