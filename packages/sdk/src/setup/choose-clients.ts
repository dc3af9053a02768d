import { advice, type Detection, type Finding, findingOf, GateError, type Protocol } from '@gate/core'
import { LOOK_LIMIT_MS } from '../plugins/plugin-set.js'
import type { Session } from '../session.js'
import { protocolsOf } from '../status/gateway-reasons.js'
import { unknownClient } from './known-clients.js'

/** A client that setup can work on. */
export interface ChosenClient {
  readonly id: string
  readonly displayName: string
  readonly detection: Detection
  /** What it can speak to a gateway; undefined = it does not say. */
  readonly protocols: readonly Protocol[] | undefined
}

/** A client that setup leaves alone, and why. */
export interface PassedOverClient {
  readonly id: string
  readonly displayName: string
  readonly reason: 'not-installed' | 'plugin-problem' | 'protocol-not-spoken'
  readonly error?: Finding
}

export interface ClientChoice {
  readonly chosen: readonly ChosenClient[]
  readonly passedOver: readonly PassedOverClient[]
}

/**
 * Refuses ids that no installed plugin knows, before anything else is done.
 *
 * @throws GateError `unknown-client`, naming the package to install.
 */
export async function checkKnown(
  session: Session,
  ids: readonly string[],
  alsoKnown: readonly string[] = [],
): Promise<void> {
  for (const id of ids) {
    if (session.plugins.package(id) === undefined && !alsoKnown.includes(id)) {
      throw await unknownClient(session.host, id, [...new Set([...session.plugins.ids, ...alsoKnown])].sort())
    }
  }
}

/**
 * The clients to configure: every detected one, or the named ones.
 *
 * @throws GateError for a named client: `client-not-installed`, or what is wrong with its plugin.
 */
export async function chooseClients(session: Session, named: readonly string[]): Promise<ClientChoice> {
  const ids = named.length > 0 ? [...new Set(named)] : session.plugins.ids
  const looks = await Promise.all(ids.map((id) => look(session, id, named.length > 0)))
  const broken = named.length > 0 ? [] : session.plugins.found.filter((plugin) => plugin.problem !== undefined)
  return {
    chosen: looks.filter((look) => 'detection' in look),
    passedOver: [
      ...looks.filter((look) => 'reason' in look),
      ...broken.map(({ id, packageName, problem }) => ({
        id,
        displayName: packageName,
        reason: 'plugin-problem' as const,
        error: findingOf(new GateError({ code: 'plugin-invalid', message: packageName, ...problem })),
      })),
    ],
  }
}

async function look(session: Session, id: string, named: boolean): Promise<ChosenClient | PassedOverClient> {
  try {
    return await session.plugins.call(id, 'detect', LOOK_LIMIT_MS, async (plugin) => {
      const detection = await plugin.detect(session.host)
      if (detection.installed) {
        return { id, displayName: plugin.displayName, detection, protocols: protocolsOf(plugin) }
      }
      if (named) throw notInstalled(id, plugin.displayName, detection)
      return { id, displayName: plugin.displayName, reason: 'not-installed' as const }
    })
  } catch (error) {
    // One broken plugin must not keep the other clients from being configured, unless it was asked for.
    if (named) throw error
    return { id, displayName: id, reason: 'plugin-problem', error: findingOf(error) }
  }
}

function notInstalled(id: string, displayName: string, detection: Detection): GateError {
  return new GateError({
    code: 'client-not-installed',
    message: `${displayName} (${id}) is not installed: ${detection.evidence.join('; ')}`,
    fix: advice(`Install ${displayName}, or leave out --client ${id}.`),
  })
}
