/**
 * Managed settings live under `/etc`. A mount namespace of its own shows a program an `/etc` with extra files in it,
 * so that the machine stays as it is. Ordinary users get the right to mount from a user namespace.
 */

const NAMESPACE = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount']

// $1: directory to mount on, $2: files to show on top of /etc, then the command.
const SHOW_OVER_ETC = `
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work"
cp -r "$2/." "$1/upper"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/upper,workdir=$1/work" /etc
shift 2
exec "$@"`

/**
 * The command line that runs `command` with the files of a directory shown on top of `/etc`.
 *
 * @param files Directory whose content is shown, laid out like `/etc` itself.
 * @param mountPoint An empty directory.
 */
export function withPrivateEtc(
  files: string,
  mountPoint: string,
  command: string,
  args: readonly string[],
): { command: string; args: string[] } {
  return {
    command: '/usr/bin/unshare',
    args: [...NAMESPACE, '/bin/sh', '-euc', SHOW_OVER_ETC, 'sh', mountPoint, files, command, ...args],
  }
}

/** The command line that runs `command` in a network of its own, without any interface up. */
export function withPrivateNetwork(command: string, args: readonly string[]): { command: string; args: string[] } {
  return { command: '/usr/bin/unshare', args: [...NAMESPACE, '--net', command, ...args] }
}

/** The command line that runs `command` with a file system of `kibibytes` KiB mounted on a directory, prepared by a script. */
export function withSmallDisk(
  mountPoint: string,
  kibibytes: number,
  prepare: string,
  command: string,
  args: readonly string[],
): { command: string; args: string[] } {
  const script = `
mount -t tmpfs -o "size=$2k,mode=0755" tmpfs "$1"
${prepare}
shift 2
exec "$@"`
  return {
    command: '/usr/bin/unshare',
    args: [...NAMESPACE, '/bin/sh', '-euc', script, 'sh', mountPoint, String(kibibytes), command, ...args],
  }
}
