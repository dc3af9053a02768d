import type { ApplyOptions, ClientPlugin, Host } from '@gate/core'
import * as answers from './answer-schema.js'
import type { Described } from './exported.js'
import type { Verb, VerbInput } from './wire.js'

/** Calls a verb; what it answers may be anything that JSON can say. */
export type CallVerb = (verb: Verb, host: Host, input: VerbInput, signal?: AbortSignal) => Promise<unknown>

/**
 * A plugin of somebody else, whose answers are checked before anything uses them.
 *
 * @param described See `checkedExport`.
 */
export function answeredPlugin(id: string, { functions, ...described }: Described, call: CallVerb): ClientPlugin {
  return {
    ...described,
    apiVersion: 1,
    id,
    detect: async (host) => answers.detectionOf(await call('detect', host, {})),
    status: async (host, connection) => answers.statusOf(await call('status', host, given(connection)), id),
    configure: async (host, connection, options = {}) =>
      answers.configuredOf(await call('configure', host, { connection, options: plain(options) }, options.signal)),
    revert: async (host, options = {}) =>
      answers.revertedOf(await call('revert', host, { options: plain(options) }, options.signal)),
    ...(functions.includes('ask') && {
      ask: async (host, connection, { signal } = {}) =>
        answers.answerOf(await call('ask', host, given(connection), signal)),
    }),
    ...(functions.includes('situation') && {
      situation: async (host, connection) => answers.situationOf(await call('situation', host, given(connection))),
    }),
  }
}

/** The arguments of a verb after the host, as the contract has them. */
export function verbArguments(verb: Verb, { connection, options }: VerbInput, signal?: AbortSignal): unknown[] {
  const abortable = signal === undefined ? {} : { signal }
  switch (verb) {
    case 'detect':
      return []
    case 'configure':
      return [connection, { ...options, ...abortable }]
    case 'revert':
      return [{ ...options, ...abortable }]
    case 'ask':
      return [connection, abortable]
    case 'status':
    case 'situation':
      return [connection]
  }
}

function given(connection: VerbInput['connection']): VerbInput {
  return connection === undefined ? {} : { connection }
}

function plain({ dryRun, force, connections }: ApplyOptions): Omit<ApplyOptions, 'signal'> {
  return { dryRun: dryRun === true, force: force === true, ...(connections === undefined ? {} : { connections }) }
}
