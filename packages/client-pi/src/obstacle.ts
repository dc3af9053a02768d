import { wrongTypedKey } from '@gate/client-kit'
import { advice, GateError, type Host, type NoteMoment, type Obstacle } from '@gate/core'
import { type FileFault, lineOfFault } from './file-fault.js'
import { modelsFileFault, whyDroppedBeside } from './models-file.js'
import { modelsFile, settingsFile } from './paths.js'
import { configExpectations, settingsFault } from './settings-values.js'

/** Keeps gate from writing into files that pi drops, or that it does not start with. */
export async function obstacle(host: Host, moment: NoteMoment): Promise<Obstacle | undefined> {
  if (moment !== 'configure') return undefined
  const models = await faultIn(host, modelsFile(host), 'jsonc', () => modelsFileFault(host, whyDroppedBeside))
  if (models) return refusal(host, modelsFile(host), models, 'pi drops this file and every provider in it')
  const settings = await faultIn(host, settingsFile(host), 'json', async (content) => settingsFault(content))
  return settings && refusal(host, settingsFile(host), settings, 'pi ends at its start')
}

/** Files that gate cannot parse, and wrong types at their roots, are refused by the engine, with line and column. */
async function faultIn(
  host: Host,
  file: string,
  format: 'json' | 'jsonc',
  look: (content: Readonly<Record<string, unknown>>) => Promise<FileFault | undefined>,
): Promise<FileFault | undefined> {
  const read = await host.engine.readDocument(file, format)
  if (read.state !== 'parsed') return undefined
  const shapes = configExpectations(modelsFile(host), settingsFile(host)).filter((one) => one.file === file)
  return wrongTypedKey(
    read.value,
    shapes.map(({ path, types }) => [path.join('.'), types]),
  )
    ? undefined
    : look(read.value)
}

async function refusal(host: Host, file: string, fault: FileFault, what: string): Promise<Obstacle> {
  const error = new GateError({
    code: 'file-wrong-shape',
    message: `${what}, because ${fault.why}.`,
    file,
    ...(await lineOfFault(host, file, fault)),
    fix: advice('Correct the value; pi --list-models tells what pi makes of the file.'),
  })
  return { kind: 'refusal', error }
}
