import type { ApplyOptions, ClientPlugin, Host, Looked } from '@gate/core'
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
    status: async (host, connection, looked) =>
      answers.statusOf(await call('status', host, given(connection, looked)), id),
    configure: async (host, connection, options = {}) =>
      answers.configuredOf(
        await call('configure', host, { ...given(connection, options), options: plain(options) }, options.signal),
      ),
    revert: async (host, options = {}) =>
      answers.revertedOf(await call('revert', host, { options: plain(options) }, options.signal)),
    ...(functions.includes('ask') && {
      ask: async (host, connection, { signal, ...looked } = {}) =>
        answers.answerOf(await call('ask', host, given(connection, looked), signal)),
    }),
    ...(functions.includes('situation') && {
      situation: async (host, connection, looked) =>
        answers.situationOf(await call('situation', host, given(connection, looked))),
    }),
  }
}

/** The arguments of a verb after the host, as the contract has them. */
export function verbArguments(
  verb: Verb,
  { connection, options, detection }: VerbInput,
  signal?: AbortSignal,
): unknown[] {
  const abortable = signal === undefined ? {} : { signal }
  const looked = detection === undefined ? {} : { detection }
  switch (verb) {
    case 'detect':
      return []
    case 'configure':
      return [connection, { ...options, ...abortable, ...looked }]
    case 'revert':
      return [{ ...options, ...abortable }]
    case 'ask':
      return [connection, { ...abortable, ...looked }]
    case 'status':
    case 'situation':
      return [connection, looked]
  }
}

function given(connection: VerbInput['connection'], { detection }: Looked = {}): VerbInput {
  return { ...(connection && { connection }), ...(detection && { detection }) }
}

function plain({ dryRun, force, connections }: ApplyOptions): Omit<ApplyOptions, 'signal'> {
  return { dryRun: dryRun === true, force: force === true, ...(connections === undefined ? {} : { connections }) }
}
