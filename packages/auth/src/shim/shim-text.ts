import { type Host, quotePosix } from '@gate/core'
import { cachedTokenLines } from './cached-token-lines.js'
import type { ShimTarget } from './contract.js'
import { escapeBatch, unquotePosix } from './quote.js'

const XDG_NAMES = ['XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'] as const

/** Where gate keeps its files, as variables that the token command reads. */
export type ShimEnvironment = Readonly<Record<string, string>>

/**
 * The variables that lead the token command to the directories of today: programs started from a desktop have no shell
 * profile, so that `XDG_*` and `GATE_HOME` set there are missing. `HOME` goes along in any case, for the browser of a login;
 * on Windows it is never missing.
 */
export function shimEnvironment(host: Pick<Host, 'env' | 'platform' | 'path'>): ShimEnvironment {
  const { env } = host
  const places = host.platform === 'win32' ? ['APPDATA', 'LOCALAPPDATA'] : host.platform === 'linux' ? XDG_NAMES : []
  const home = host.platform === 'win32' ? 'USERPROFILE' : 'HOME'
  const names = env.GATE_HOME ? ['GATE_HOME', ...(home === 'HOME' ? [home] : [])] : [home, ...places]
  const set = names.map((name) => [name, env[name]] as const)
  return Object.fromEntries(
    set.filter((entry): entry is [string, string] => entry[1] !== undefined && host.path.isAbsolute(entry[1])),
  )
}

/** Directories that are searched after PATH: programs started from a desktop have a bare one. */
const MORE_DIRECTORIES = '/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin'

/** Everything that a shim is written from. */
export interface ShimContent {
  readonly target: ShimTarget
  readonly environment: ShimEnvironment
  /** `XDG_RUNTIME_DIR`, where the D-Bus socket of the keychain is; used when the caller has none. POSIX only. */
  readonly runtimeDirectory: string | undefined
  /** Whether the time may be taken from `/proc`. POSIX only. */
  readonly procTellsTime: boolean
}

/**
 * The POSIX shim. It leaves a hostile or deleted working directory at once, reads no stdin, and takes NODE_OPTIONS away,
 * because a `--require` meant for a project would run inside it. A token that is cached and fresh is printed without
 * starting Node.
 */
export function posixShim(content: ShimContent, platform: 'darwin' | 'linux'): string {
  const { target, environment, runtimeDirectory, procTellsTime } = content
  // Directories that only the caller knows would be those of another sign-in, cache or record.
  const foreign =
    platform === 'linux' && environment.GATE_HOME === undefined
      ? XDG_NAMES.filter((name) => environment[name] === undefined)
      : []
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${quotePosix(value)}`)
  const runtime =
    runtimeDirectory === undefined
      ? []
      : [
          `if [ -z "\${DBUS_SESSION_BUS_ADDRESS-}" ] && [ -z "\${XDG_RUNTIME_DIR-}" ] && [ -d ${quotePosix(runtimeDirectory)} ]; then`,
          `  export XDG_RUNTIME_DIR=${quotePosix(runtimeDirectory)}`,
          'fi',
        ]
  return `#!/bin/sh
# Written by gate: prints a bearer token for one profile. Clients call this path; do not edit, run "gate setup" instead.
# Where sh is bash, functions that the caller has exported would come before the commands of this script.
unset -f cd printf read echo command test umask '[' 2>/dev/null
cd / || exit 3
unset ${['NODE_OPTIONS NODE_PATH CDPATH ENV BASH_ENV', ...foreign].join(' ')}
gate_profile=${quotePosix(target.profile)}
gate_gateway=${quotePosix(target.gatewayUrl)}
gate_node=${quotePosix(target.node)}
gate_script=${quotePosix(target.script)}
${[...exports, ...runtime, ...cachedTokenLines(environment, platform, { procTellsTime, gatewayUrl: target.gatewayUrl })].join('\n')}
if [ -f "$gate_script" ]; then
  if [ -x "$gate_node" ]; then
    exec "$gate_node" "$gate_script" token --profile "$gate_profile" --gateway-url "$gate_gateway" "$@" </dev/null
  fi
  # Node was removed or upgraded to another place.
  PATH="\${PATH:-/usr/bin:/bin}:${MORE_DIRECTORIES}"
  export PATH
  gate_found=$(command -v node) || gate_found=
  if [ -n "$gate_found" ] && "$gate_found" -e 'process.exit(parseInt(process.versions.node) >= 22 ? 0 : 1)' </dev/null >/dev/null 2>&1; then
    exec "$gate_found" "$gate_script" token --profile "$gate_profile" --gateway-url "$gate_gateway" "$@" </dev/null
  fi
  echo 'gate: Node.js 22 or newer was not found; install it and run: gate setup' >&2
  exit 3
fi
# gate itself was removed or installed somewhere else.
PATH="\${PATH:-/usr/bin:/bin}:${MORE_DIRECTORIES}"
export PATH
gate_found=$(command -v gate) || gate_found=
if [ -n "$gate_found" ]; then
  exec "$gate_found" token --profile "$gate_profile" --gateway-url "$gate_gateway" "$@" </dev/null
fi
echo 'gate: it was removed or moved; install it again and run: gate setup' >&2
exit 3
`
}

/**
 * The Windows shim. No parentheses: a path with one would end a block early. cmd.exe reads a batch file in the console's
 * code page, so that a path beyond ASCII means something else unless that is set to UTF-8.
 */
export function batchShim({ target, environment }: Pick<ShimContent, 'target' | 'environment'>): string {
  const profile = escapeBatch(target.profile)
  const gateway = escapeBatch(target.gatewayUrl)
  const ascii = [target.node, target.script, ...Object.values(environment)].every((value) => /^[\0-\x7f]*$/.test(value))
  const lines = [
    '@echo off',
    'rem Written by gate: prints a bearer token for one profile. Do not edit, run "gate setup" instead.',
    ...(ascii ? [] : ['chcp 65001 >nul']),
    'setlocal DisableDelayedExpansion',
    'cd /d "%SystemRoot%"',
    'set "NODE_OPTIONS="',
    'set "NODE_PATH="',
    `set "gate_node=${escapeBatch(target.node)}"`,
    `set "gate_script=${escapeBatch(target.script)}"`,
    `set "gate_gateway=${gateway}"`,
    ...Object.entries(environment).map(([name, value]) => `set "${name}=${escapeBatch(value)}"`),
    'if not exist "%gate_script%" goto moved',
    'if exist "%gate_node%" goto run',
    'set "gate_node="',
    'for %%I in (node.exe) do set "gate_node=%%~$PATH:I"',
    'if "%gate_node%"=="" goto nonode',
    ':run',
    `"%gate_node%" "%gate_script%" token --profile ${profile} --gateway-url "%gate_gateway%" %* <nul`,
    'exit /b %ERRORLEVEL%',
    ':moved',
    'set "gate_found="',
    'for %%I in (gate.cmd) do set "gate_found=%%~$PATH:I"',
    'if "%gate_found%"=="" goto nogate',
    // `call` reads the line a second time.
    `call "%gate_found%" token --profile ${profile} --gateway-url "${escapeBatch(gateway)}" %* <nul`,
    'exit /b %ERRORLEVEL%',
    ':nonode',
    '>&2 echo gate: Node.js 22 or newer was not found; install it and run: gate setup',
    'exit /b 3',
    ':nogate',
    '>&2 echo gate: it was removed or moved; install it again and run: gate setup',
    'exit /b 3',
  ]
  return `${lines.join('\r\n')}\r\n`
}

/** What a shim's text was written from; undefined when it is not exactly what gate writes. Pure. */
export function parseShim(text: string, platform: Host['platform']): ShimContent | undefined {
  const content = platform === 'win32' ? readBatch(text) : readPosix(text)
  if (!content) return undefined
  const again = platform === 'win32' ? batchShim(content) : posixShim(content, platform)
  return again === text ? content : undefined
}

function readPosix(text: string): ShimContent | undefined {
  const word = (pattern: string) => {
    const match = new RegExp(`${pattern}('(?:[^']|'\\\\'')*')`, 'm').exec(text)
    return match?.[1] === undefined ? undefined : unquotePosix(match[1])
  }
  const names = ['gate_profile', 'gate_gateway', 'gate_node', 'gate_script']
  const [profile, gatewayUrl, node, script] = names.map((name) => word(`^${name}=`))
  if (profile === undefined || gatewayUrl === undefined || node === undefined || script === undefined) return undefined
  const exported = [...text.matchAll(/^export ([A-Z_]+)='/gm)].map((match) => match[1] ?? '')
  return {
    target: { profile, gatewayUrl, node, script },
    environment: Object.fromEntries(exported.map((name) => [name, word(`^export ${name}=`) ?? ''])),
    runtimeDirectory: word('^ {2}export XDG_RUNTIME_DIR='),
    procTellsTime: /^gate_clock=\S+\ngate_cached/m.test(text),
  }
}

function readBatch(text: string): ShimContent | undefined {
  const set = [...text.matchAll(/^set "([A-Za-z_]+)=(.+)"\r?$/gm)]
  const values = new Map(set.map((match) => [match[1] ?? '', (match[2] ?? '').replaceAll('%%', '%')]))
  const profile = /token --profile (\S+) /.exec(text)?.[1]
  const [gatewayUrl, node, script] = ['gate_gateway', 'gate_node', 'gate_script'].map((name) => values.get(name))
  if (profile === undefined || gatewayUrl === undefined || node === undefined || script === undefined) return undefined
  const environment = Object.fromEntries([...values].filter(([name]) => !name.startsWith('gate_')))
  return {
    target: { profile, gatewayUrl, node, script },
    environment,
    runtimeDirectory: undefined,
    procTellsTime: false,
  }
}
