import { wrongTypedKey } from '@gate/client-kit'
import { advice, GateError, type Host, type NoteMoment, type Obstacle } from '@gate/core'
import { readLayers } from './config-layers.js'
import { configExpectations, wrongValue } from './known-values.js'

/** Keeps gate from writing into a configuration file that OpenCode does not start with. */
export async function obstacle(host: Host, moment: NoteMoment): Promise<Obstacle | undefined> {
  if (moment !== 'configure') return undefined
  const { documents, own } = await readLayers(host)
  const content = documents.find(({ location }) => location === own)?.content
  const wrong = content && wrongValue(content)
  // Wrong types at the root are refused by the engine, with line and column.
  if (!wrong || wrongTypedKey(content, shapes(own))) return undefined
  const read = await host.engine.readDocument(own, 'jsonc')
  const line = read.state === 'parsed' ? lineOf(read.lineOf, wrong.path) : undefined
  const error = new GateError({
    code: 'file-wrong-shape',
    message: `OpenCode does not start with this file: ${wrong.path.join('.')} is wrong, ${wrong.why}.`,
    file: own,
    ...(line === undefined ? {} : { line }),
    fix: advice('Correct the value; opencode debug config tells what OpenCode makes of the file.'),
  })
  return { kind: 'refusal', error }
}

function shapes(file: string) {
  return configExpectations(file).map(({ path, types }) => [path.join('.'), types] as const)
}

/** The line of a value, or of the nearest thing around it for a key that is missing. */
function lineOf(of: (path: readonly string[]) => number | undefined, path: readonly string[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const line = of(path.slice(0, length))
    if (line !== undefined) return line
  }
  return undefined
}
