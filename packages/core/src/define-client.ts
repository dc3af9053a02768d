import type { ClientDefinition, ClientPlugin, ConfigureResult, NoteMoment } from './contract/client-plugin.js'
import type { Connection } from './contract/connection.js'
import type { Detection } from './contract/detection.js'
import type { ApplyOptions } from './contract/engine-data.js'
import type { Finding } from './contract/finding.js'
import type { Host } from './contract/host.js'
import { isProtocol, PROTOCOLS } from './contract/protocol.js'
import { deriveStatus } from './derive-status.js'
import { GateError } from './errors/gate-error.js'
import { findingOf } from './finding-of.js'
import { isLoginWait, LOGIN_WAIT_RULE } from './login-wait.js'
import { planOf, tracesOf } from './plan-of.js'
import { tooOld } from './too-old.js'

/**
 * Makes a client plugin from its description: `configure`, `revert` and `status` follow from the plan, carried out by
 * the engine of the gate that runs (`host.engine`).
 *
 * - `configure` fails with what the engine or the definition throws, with `plugin-invalid` when the plan is for another
 *   client, and with `client-too-old` unless forced. It also says what beats the files that it wrote.
 * - `revert` needs neither the connection nor the client: it goes by the receipt, or by the marks of
 *   what gate writes.
 * - An obstacle that the definition knows keeps both from writing, see {@link ClientDefinition.obstacle}.
 * - `status` never throws: whatever goes wrong while looking makes the state `unknown`, with the reason.
 *
 * @throws GateError `plugin-invalid` when the id is not lower-case letters, digits and hyphens, `loginWaitSeconds`
 *   is out of range, or `protocols` names none or one that there is not.
 */
export function defineClient(definition: ClientDefinition): ClientPlugin {
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(definition.id)) {
    throw new GateError({
      code: 'plugin-invalid',
      message: `${JSON.stringify(definition.id)} is not a client id: lower-case letters, digits and hyphens are.`,
    })
  }
  const { loginWaitSeconds, protocols } = definition
  if (loginWaitSeconds !== undefined && !isLoginWait(loginWaitSeconds)) {
    throw new GateError({ code: 'plugin-invalid', message: `${LOGIN_WAIT_RULE}.` })
  }
  if (protocols !== undefined && !(protocols.length > 0 && protocols.every(isProtocol))) {
    const names = PROTOCOLS.join(', ')
    throw new GateError({ code: 'plugin-invalid', message: `protocols must be a list of some of: ${names}.` })
  }
  return {
    apiVersion: 1,
    id: definition.id,
    displayName: definition.displayName,
    ...(loginWaitSeconds === undefined ? {} : { loginWaitSeconds }),
    ...(definition.versions && { versions: definition.versions }),
    ...(protocols && { protocols }),
    detect: (host) => definition.detect(host),
    async configure(host, connection, { connections, ...options } = {}) {
      const detection = await definition.detect(host)
      if (!options.force && !options.dryRun) refuseTooOld(definition, detection)
      const obstacle = await obstacleOf(definition, host, 'configure', { connection, detection }, options)
      if (obstacle) {
        return { result: 'unchanged', edits: [], changes: [], notes: [], clientNotes: [obstacle] }
      }
      const result = await host.engine.apply(
        planOf(definition, host, connection, detection),
        { profile: connection.profile },
        { ...options, traces: tracesOf(definition, host, detection, connections && [connection, ...connections]) },
      )
      const notes = await notesOf(definition, host, 'configure', { connection, detection })
      return withOverrides({ ...result, clientNotes: notes }, definition, host, { connection, detection })
    },
    async revert(host, { connections, ...options } = {}) {
      // The client may be gone, or too broken to be looked at: its files are reverted all the same.
      const detection = await definition.detect(host).catch(undetected)
      await obstacleOf(definition, host, 'revert', { connection: undefined, detection }, options)
      const result = await host.engine.revert(definition.id, {
        ...options,
        traces: tracesOf(definition, host, detection, connections),
      })
      return { ...result, clientNotes: await notesOf(definition, host, 'revert', { connection: undefined, detection }) }
    },
    status: (host, connection) => deriveStatus(definition, host, connection),
    ...questions(definition),
  }
}

/** The two functions of a client that can be asked; no property at all for one that cannot. */
function questions({ detect, ask, situation, displayName }: ClientDefinition): Pick<ClientPlugin, 'ask' | 'situation'> {
  return {
    ...(ask && {
      async ask(host, connection, { signal } = {}) {
        const detection = await detect(host)
        if (detection.installed)
          return ask(host, { connection, detection, ...(signal === undefined ? {} : { signal }) })
        return {
          kind: 'silent',
          reason: { code: 'not-installed', severity: 'error', message: `${displayName} is not installed.` },
        }
      },
    }),
    ...(situation && {
      async situation(host, connection) {
        const detection = await detect(host)
        return { ...(await situation(host, { connection, detection })), detection }
      },
    }),
  }
}

function refuseTooOld(definition: ClientDefinition, detection: Detection): void {
  const { message, fix } = tooOld(definition, detection) ?? {}
  if (message === undefined) return
  throw new GateError({ code: 'client-too-old', message, ...(fix === undefined ? {} : { fix }) })
}

/** What the client's files are left alone for; throws what they are refused for. */
async function obstacleOf(
  definition: ClientDefinition,
  host: Host,
  moment: 'configure' | 'revert',
  context: { readonly connection: Connection | undefined; readonly detection: Detection },
  options: ApplyOptions = {},
): Promise<Finding | undefined> {
  const obstacle = await definition.obstacle?.(host, moment, context)
  if (obstacle?.kind === 'refusal' && !options.force && !options.dryRun) throw obstacle.error
  return obstacle?.kind === 'out-of-force' ? obstacle.note : undefined
}

/** Files that are right are no success yet when something stronger wins; the files stand, whatever goes wrong here. */
async function withOverrides(
  result: ConfigureResult,
  definition: ClientDefinition,
  host: Host,
  { connection, detection }: { readonly connection: Connection; readonly detection: Detection },
): Promise<ConfigureResult> {
  try {
    return { ...result, overrides: (await definition.overrides?.(host, connection, detection)) ?? [] }
  } catch (error) {
    const message = `Whether something wins over these settings could not be seen: ${findingOf(error).message}`
    return { ...result, clientNotes: [...result.clientNotes, { code: 'overrides-unknown', severity: 'info', message }] }
  }
}

function undetected(error: unknown): Detection {
  return { installed: false, evidence: [findingOf(error).message] }
}

async function notesOf(
  definition: ClientDefinition,
  host: Host,
  moment: NoteMoment,
  context: { readonly connection: Connection | undefined; readonly detection: Detection },
): Promise<readonly Finding[]> {
  return (await definition.notes?.(host, moment, context)) ?? []
}
