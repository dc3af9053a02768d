import { isProfileName, PROTOCOLS } from '@gate/core'
import * as z from 'zod/mini'

const text = () => z.string().check(z.minLength(1))

const authSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('oidc'),
    issuer: z.exactOptional(text()),
    clientId: z.exactOptional(text()),
    audience: z.exactOptional(z.string()),
    scopes: z.exactOptional(z.array(text())),
    callbackPort: z.exactOptional(z.number()),
  }),
  z.strictObject({ kind: z.literal('api-key') }),
  z.strictObject({ kind: z.literal('none') }),
])

const modelSchema = z.strictObject({
  id: text(),
  displayName: z.exactOptional(text()),
  contextWindow: z.exactOptional(z.int().check(z.positive())),
  tier: z.exactOptional(z.enum(['haiku', 'sonnet', 'opus'])),
})

const rejectionSchema = z.strictObject({
  status: z.int(),
  at: z.iso.datetime(),
  said: z.exactOptional(text()),
  credential: z.enum(['sign-in', 'environment']),
})

const evidenceSchema = z.strictObject({
  verdict: z.enum(['speaks', 'does-not', 'unknown']),
  asked: text(),
  status: z.exactOptional(z.int()),
  at: z.iso.datetime(),
  said: z.exactOptional(text()),
  rejected: z.exactOptional(rejectionSchema),
})

/** Shape of one profile on disk. Every field is optional, because a profile is built step by step. */
export const profileSchema = z.strictObject({
  gatewayUrl: z.exactOptional(z.string()),
  anthropicPath: z.exactOptional(z.string()),
  openaiPath: z.exactOptional(z.string()),
  auth: z.exactOptional(authSchema),
  models: z.exactOptional(z.array(modelSchema)),
  headers: z.exactOptional(z.record(z.string(), z.string())),
  caFile: z.exactOptional(text()),
  options: z.exactOptional(z.record(text(), z.record(text(), text()))),
  protocols: z.exactOptional(z.partialRecord(z.enum(PROTOCOLS), evidenceSchema)),
})

const profileName = z.string().check(z.refine(isProfileName, 'is not a profile name'))

/** Shape of `config.json`, version 1. */
export const configSchema = z.strictObject({
  version: z.literal(1),
  activeProfile: profileName,
  profiles: z.record(profileName, profileSchema),
  secretStore: z.exactOptional(z.enum(['keychain', 'file', 'env'])),
  plugins: z.exactOptional(z.array(text())),
  /** Whether the helper shim may answer from the token cache by itself. Default `on`. */
  shimFastPath: z.exactOptional(z.enum(['on', 'off'])),
})

/** One profile as it is on disk, possibly incomplete. */
export type Profile = z.infer<typeof profileSchema>
/** How a profile on disk is authenticated, possibly incomplete. */
export type ProfileAuth = z.infer<typeof authSchema>
/**
 * What the gateway of a profile was seen to do with one protocol. `verdict`: `speaks` and `does-not` only after an answer
 * to a request with the token. `asked`: method and URL; `status`: of the answer, absent when none came; `at`: when (ISO
 * 8601); `said`: the gateway's own words, bounded and printable. `rejected`: it did not accept the token when it was last
 * asked, one that sign-in gave or that of the environment (`GATE_TOKEN`).
 */
export type ProtocolEvidence = z.infer<typeof evidenceSchema>
/** Everything in `config.json`. */
export type GateConfig = z.infer<typeof configSchema>
