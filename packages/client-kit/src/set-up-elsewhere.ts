import { environmentVariable, type Host, type Override } from '@gate/core'

/** A client's configuration file, and the variable that says where it is. */
export interface MovableFile {
  readonly clientId: string
  /** Name of the client at the start of a sentence. */
  readonly client: string
  readonly variable: string
  /** Where the client looks for the file when it is started in the host's environment. */
  readonly file: string
}

/** That a client looks for its file in another place than gate wrote to, because a variable is not as at setup. Reads only. */
export async function setUpElsewhere(host: Host, moved: MovableFile): Promise<readonly Override[]> {
  const { clientId, client, variable, file } = moved
  const receipt = (await host.engine.receipts()).find((one) => one.clientId === clientId)
  if (!receipt || receipt.files.includes(file)) return []
  // The home may be spelled another way than at setup, through a link.
  const [now, ...then] = await Promise.all([file, ...receipt.files].map((path) => placeOf(host, path)))
  if (then.some((place) => place === now)) return []
  // A variable that is not set is not what leads elsewhere: it was set at setup, or the home is another one.
  const isSet = Boolean(environmentVariable(host, variable))
  const because = isSet ? '' : ` (${variable} is not set here)`
  const effect = `${client} started from here reads ${file}${because}; gate set up ${receipt.files.join(', ')}.`
  const displaces = host.path.basename(file)
  return [{ source: 'environment', location: isSet ? variable : file, displaces, effect, severity: 'override' }]
}

/** A path without links in its directory; the file itself may be absent. */
async function placeOf(host: Host, path: string): Promise<string> {
  const directory = host.path.dirname(path)
  return host.path.join(await host.fs.realpath(directory).catch(() => directory), host.path.basename(path))
}
