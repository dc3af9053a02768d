import type { Host } from '@gate/core'

/**
 * The directory that pi reads its configuration from. `PI_CODING_AGENT_DIR` may start with `~`, is taken relative to the
 * working directory, and counts as unset when empty (0.87.1). Pure.
 */
export function agentDirectory(host: Host): string {
  const value = host.env.PI_CODING_AGENT_DIR
  if (!value) return host.path.join(host.home, '.pi', 'agent')
  const home = /^~(?:[/\\]|$)/.exec(value)
  return home ? host.path.join(host.home, value.slice(1)) : host.path.resolve(host.cwd, value)
}

/** Providers and models; pi itself never writes it. Pure. */
export function modelsFile(host: Host): string {
  return host.path.join(agentDirectory(host), 'models.json')
}

/** The user's settings, which pi rewrites from the first key to the last when it remembers something. Pure. */
export function settingsFile(host: Host): string {
  return host.path.join(agentDirectory(host), 'settings.json')
}

/** Credentials that were saved with `/login`; gate reads only whose they are. Pure. */
export function credentialsFile(host: Host): string {
  return host.path.join(agentDirectory(host), 'auth.json')
}

/** The directories that the user trusts or not. Pure. */
export function trustFile(host: Host): string {
  return host.path.join(agentDirectory(host), 'trust.json')
}

/** What the project brings along: the working directory's alone, never its parents' (0.87.1). Pure. */
export function projectDirectory(host: Host): string {
  return host.path.join(host.cwd, '.pi')
}

/** Settings of the project. Pure. */
export function projectFile(host: Host): string {
  return host.path.join(projectDirectory(host), 'settings.json')
}
