import { type Detection, environmentVariable, type Host } from '@gate/core'

/** The directories of Claude Desktop that gate writes in. */
export interface DataDirectories {
  /** Hold `configLibrary`: the configurations for third-party inference. */
  readonly libraries: readonly [string, ...string[]]
  /** Hold `claude_desktop_config.json`, which says who answers: claude.ai or the applied configuration. */
  readonly modes: readonly [string, ...string[]]
}

/** The data directory for third-party inference; the app makes it at its first start in that mode. Pure. */
export function thirdPartyDirectory(host: Host): string {
  return host.path.join(host.platform === 'win32' ? localAppData(host) : dataHome(host), 'Claude-3p')
}

/** The data directory for claude.ai. Pure. */
export function firstPartyDirectory(host: Host): string {
  return host.path.join(dataHome(host), 'Claude')
}

/** The directory of a user's programs and package data on Windows. Pure. */
export function localAppData(host: Host): string {
  return windowsDirectory(host, 'LOCALAPPDATA', 'Local')
}

/** Where the app looks on every machine, and what detection found besides. Pure. */
export function dataDirectories(host: Host, detection: Detection): DataDirectories {
  const [library, mode] = [thirdPartyDirectory(host), firstPartyDirectory(host)]
  const { libraries = [], modes = [] } = detection.places ?? {}
  return { libraries: [library, ...libraries], modes: [library, mode, ...libraries, ...modes] }
}

/** The file that says which configuration of a library is applied. Pure. */
export function selectorFile(host: Host, library: string): string {
  return host.path.join(library, 'configLibrary', '_meta.json')
}

/** The file with `deploymentMode`. Pure. */
export function modeFile(host: Host, directory: string): string {
  return host.path.join(directory, 'claude_desktop_config.json')
}

function dataHome(host: Host): string {
  if (host.platform === 'win32') return windowsDirectory(host, 'APPDATA', 'Roaming')
  if (host.platform === 'darwin') return host.path.join(host.home, 'Library', 'Application Support')
  // Electron's `appData`: relative values are ignored, as the XDG specification says.
  const configured = host.env.XDG_CONFIG_HOME
  return configured && host.path.isAbsolute(configured) ? configured : host.path.join(host.home, '.config')
}

function windowsDirectory(host: Host, variable: string, fallback: string): string {
  const value = environmentVariable(host, variable)
  return value && host.path.isAbsolute(value) ? value : host.path.join(host.home, 'AppData', fallback)
}
