import type { Action } from '@gate/core'
import * as z from 'zod/mini'

/*
 * The findings and actions that a plugin of somebody else may give. What it proposes is only shown, never done.
 */

const MAX_TEXT = 10_000
const MAX_LIST = 10_000
const MAX_ACTIONS = 10

export const text = z.string().check(z.maxLength(MAX_TEXT))
export const filled = text.check(z.minLength(1))
export const listOf = <Item extends z.core.SomeType>(item: Item) => z.array(item).check(z.maxLength(MAX_LIST))

const position = z.int().check(z.minimum(0))
const yes = z.exactOptional(z.literal(true))
const actions: () => z.ZodMiniType<Action[]> = () =>
  z.array(z.lazy((): z.ZodMiniType<Action> => action)).check(z.maxLength(MAX_ACTIONS))

const action: z.ZodMiniType<Action> = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('setup'),
    client: z.exactOptional(text),
    profile: z.exactOptional(text),
    force: yes,
    gatewayUrl: z.exactOptional(text),
    needs: z.exactOptional(
      z.array(z.enum(['gateway-url', 'issuer', 'client-id', 'api-key', 'ca-file', 'models'])).check(z.maxLength(6)),
    ),
  }),
  z.object({ action: z.literal('teardown'), client: z.exactOptional(text), all: yes, purge: yes }),
  z.object({
    action: z.literal('login'),
    profile: z.exactOptional(text),
    method: z.exactOptional(z.enum(['device', 'print-url'])),
    needs: z.exactOptional(z.array(z.literal('api-key')).check(z.maxLength(1))),
  }),
  z.object({ action: z.literal('status'), live: yes }),
  z.object({ action: z.literal('doctor') }),
  z.object({
    action: z.literal('set-setting'),
    key: text,
    value: z.exactOptional(text),
    profile: z.exactOptional(text),
  }),
  z.object({ action: z.literal('unset-setting'), key: text }),
  z.object({ action: z.literal('show-settings'), key: z.exactOptional(text) }),
  z.object({ action: z.literal('reset-settings'), teardown: yes }),
  z.object({ action: z.literal('add-plugin'), package: text }),
  z.object({ action: z.literal('remove-plugin'), package: text, teardown: yes }),
  z.object({ action: z.literal('list-plugins') }),
  z.object({ action: z.literal('run-with-plugin'), package: text }),
  z.object({ action: z.literal('create-plugin'), name: text }),
  z.object({ action: z.literal('help'), topic: z.enum(['add-plugin', 'token']) }),
  z.object({ action: z.literal('update-gate') }),
  z.object({ action: z.literal('run'), command: text }),
  z.object({ action: z.literal('either'), of: actions().check(z.minLength(2)) as z.ZodMiniType<[Action, Action]> }),
  z.object({ action: z.literal('advice'), text, actions: z.exactOptional(actions()) }),
])

export const finding = z.object({
  code: filled,
  severity: z.enum(['error', 'warning', 'info']),
  message: text,
  data: z.exactOptional(z.record(text, z.unknown())),
  place: z.exactOptional(
    z.object({
      file: text,
      line: z.exactOptional(position),
      column: z.exactOptional(position),
      key: z.exactOptional(text),
    }),
  ),
  fix: z.exactOptional(action),
})

/** Returns what a plugin proposes; undefined when it is no action. */
export function actionOf(value: unknown): Action | undefined {
  const parsed = action.safeParse(value)
  return parsed.success ? parsed.data : undefined
}
