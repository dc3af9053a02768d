import { posix } from 'node:path'
import { gateDirectories, gatePaths, quotePosix } from '@gate/core'
import { configLabel } from '../cache/cache-entry.js'
import { PROC_CLOCK } from './proc-clock.js'

/**
 * The part of the POSIX shim that answers from the cache file; no lines when the environment does not lead to the
 * directories of gate. Sh, dash, bash 3.2 and busybox ash understand it; the only programs that it runs are `ls` and, where
 * `ls` cannot tell the time, `date`.
 *
 * It reads what `formatCacheEntry` writes and applies the rules of `readCachedToken`. Each line is taken apart loosely,
 * put together again and compared, so that nothing but the exact text counts. `read` drops NUL, so the bytes are counted
 * against the sizes that `ls` tells. Sets of characters are spelt out, because ranges depend on the locale.
 *
 * @param environment What the shim exports (`gate_profile` is set before, and what would lead elsewhere unset); what else the
 *   token command would follow is left to it.
 * @param shim.procTellsTime {@link procTellsTime} of the machine.
 * @param shim.gatewayUrl What the token must have been fetched for.
 */
export function cachedTokenLines(
  environment: Readonly<Record<string, string>>,
  platform: 'darwin' | 'linux',
  { procTellsTime, gatewayUrl }: { readonly procTellsTime: boolean; readonly gatewayUrl: string },
): string[] {
  const home = environment.HOME
  if (environment.GATE_HOME === undefined && home === undefined) return []
  const directories = gateDirectories({ platform, env: environment, home: () => home ?? '' })
  const { tokens, config } = gatePaths({ directories, path: posix })
  const unset = ['GATE_TOKEN', 'GATE_HOME']
    .filter((name) => environment[name] === undefined)
    .map((name) => `\${${name}+x}`)
  // `ls` sorts, and only the last name may have blanks in it.
  const clock = procTellsTime && config > PROC_CLOCK ? PROC_CLOCK : ''
  return `gate_tokens=${quotePosix(tokens)}
gate_config=${quotePosix(config)}
gate_for=${quotePosix(configLabel(gatewayUrl))}
gate_clock=${clock}
gate_cached() {
  [ -z "${unset.join('')}" ] || return
  case $#,\${1-} in 0, | 2,--client) ;; *) return ;; esac
  gate_file=./$gate_profile.json
  gate_client=\${2-}
  [ "$#\${CLAUDE_HELPER_CONTEXT:+d}" != 0d ] || gate_client=claude-desktop
  [ ! -L "$gate_tokens" ] && cd "$gate_tokens" && [ -O . ] && [ -O "$gate_file" ] || return
  # A preloaded library, such as libfaketime, may move the clock that programs see, but not that of the kernel.
  [ -z "\${LD_PRELOAD-}" ] || gate_clock=
  # Sizes are bytes, and so must lengths be.
  LC_ALL=C
  set -f
  IFS=' 	
'
  set -- $(
    TIME_STYLE='+%s - -'
    export LC_ALL TIME_STYLE
    unset BLOCK_SIZE LS_BLOCK_SIZE
    exec /bin/ls -dn . "$gate_file" $gate_clock "$gate_config"
  )
  # Of each file: mode, links, user, group, size, three words of date, name.
  [ "\${9-} \${18-}" = ". $gate_file" ] || return
  case $1 in d????-??-? | d????-??-?[.@]) ;; *) return ;; esac
  case \${10} in -r??------ | -r??------[.@]) ;; *) return ;; esac
  gate_size=\${14}
  shift 18
  gate_now=
  if [ -n "$gate_clock" ] && [ "\${9-}" = "$gate_clock" ]; then
    gate_now=$6
    shift 9
  fi
  case $gate_now in '' | *[!0123456789]*) gate_now=$(exec /bin/date +%s) ;; esac
  case \${1-} in -*) ;; *) return ;; esac
  gate_config_size=\${5-}
  case $gate_now$gate_size$gate_config_size in *[!0123456789]*) return ;; esac
  [ "$gate_size" -le 65536 ] && [ "$gate_config_size" -le 65536 ] || return
  {
    IFS= read -r gate_times && IFS= read -r gate_line && IFS= read -r gate_label || return
    gate_issued=\${gate_times#*:*:} gate_issued=\${gate_issued%%,*}
    gate_refresh=\${gate_times#*:*:*:} gate_refresh=\${gate_refresh%%,*}
    gate_expires=\${gate_times##*:} gate_expires=\${gate_expires%%,*}
    case $gate_issued$gate_refresh$gate_expires in
      *[!0123456789]*) return ;;
      [123456789]????????????[123456789]????????????[123456789]????????????) ;;
      *) return ;;
    esac
    [ "$gate_times" = "{\\"version\\":1,\\"issuedAt\\":$gate_issued,\\"refreshAt\\":$gate_refresh,\\"expiresAt\\":$gate_expires," ] || return
    [ "\${#gate_issued},\${#gate_refresh}" = 13,13 ] || return
    [ "$gate_now" -gt $((\${gate_issued%???} - 60)) ] || return
    [ "$gate_now" -lt "\${gate_refresh%???}" ] && [ "$gate_now" -lt "\${gate_expires%???}" ] || return
    gate_token=\${gate_line#*:?} gate_token=\${gate_token%%\\"*}
    # Twice, so that a bit that a disk has lost makes no other token.
    [ "$gate_line" = "\\"token\\":\\"$gate_token\\",\\"again\\":\\"$gate_token\\"," ] || return
    case $gate_token in
      '' | *[!ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+/=-]*) return ;;
    esac
    [ "$gate_label" = "$gate_for" ] || return
    gate_size=$((gate_size - \${#gate_times} - \${#gate_line} - \${#gate_label} - 3))
    # What the token was fetched for is what config.json says now.
    while IFS= read -r gate_line <&4; do
      IFS= read -r gate_copy && [ "$gate_copy" = "$gate_line" ] || return
      gate_size=$((gate_size - \${#gate_line} - 1)) gate_config_size=$((gate_config_size - \${#gate_line} - 1))
    done
    [ -z "$gate_line" ] && IFS= read -r gate_copy && [ "$gate_copy" = '}' ] || return
    ! IFS= read -r gate_copy && [ -z "$gate_copy" ] && [ "$gate_size,$gate_config_size" = 2,0 ] || return
  } <"$gate_file" 4<"$gate_config" || return
  printf '%s\\n' "$gate_token" || {
    echo 'gate: the token could not be written to standard output' >&3
    exit 1
  }
  # A sign of life of the client: only the time of the file counts. Whatever is in the way of it, the token is out.
  case $gate_client in '' | *[!abcdefghijklmnopqrstuvwxyz0123456789-]*) exit 0 ;; esac
  gate_mark=./$gate_profile@$gate_client
  umask 077
  [ -L "$gate_mark" ] || { [ -e "$gate_mark" ] && [ ! -f "$gate_mark" ]; } || printf '' >"$gate_mark"
  exit 0
}
gate_locale=\${LC_ALL+x}\${LC_ALL-}
gate_cached "$@" 3>&2 2>/dev/null
case $gate_locale in x*) LC_ALL=\${gate_locale#x} ;; *) unset LC_ALL ;; esac 2>/dev/null
cd / || exit 3`.split('\n')
}
