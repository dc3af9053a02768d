import { isProfileName, PROTOCOLS } from '@gate/core'
import {
  byField,
  fields,
  filledText,
  isNumber,
  isPosition,
  isText,
  listOf,
  oneOf,
  recordOf,
  type Shape,
} from '@gate/engine'

/*
 * `config.json` as a quick check: what passes is what `schema.ts` takes as it is. A test holds the two together.
 */

const isName: Shape = (value) => isText(value) && isProfileName(value as string)
const isPositive: Shape = (value) => isPosition(value) && value !== 0
/** A time as gate writes it. */
const isTime: Shape = (value) => {
  const time = new Date(typeof value === 'string' && value.length === 'YYYY-MM-DDTHH:mm:ss.sssZ'.length ? value : '')
  return !Number.isNaN(time.getTime()) && time.toISOString() === value
}

const isAuth = byField('kind', {
  oidc: fields(
    { kind: isText },
    {
      issuer: filledText,
      clientId: filledText,
      audience: isText,
      scopes: listOf(filledText),
      callbackPort: isNumber,
    },
  ),
  'api-key': fields({ kind: isText }),
  none: fields({ kind: isText }),
})

const isModel = fields(
  { id: filledText },
  { displayName: filledText, contextWindow: isPositive, tier: oneOf('haiku', 'sonnet', 'opus') },
)

const isRejection = fields(
  { status: Number.isSafeInteger as Shape, at: isTime, credential: oneOf('sign-in', 'environment') },
  { said: filledText },
)

const isEvidence = fields(
  { verdict: oneOf('speaks', 'does-not', 'unknown'), asked: filledText, at: isTime },
  { status: Number.isSafeInteger as Shape, said: filledText, rejected: isRejection },
)

const isProfile = fields(
  {},
  {
    gatewayUrl: isText,
    anthropicPath: isText,
    openaiPath: isText,
    auth: isAuth,
    models: listOf(isModel),
    headers: recordOf(isText, isText),
    caFile: filledText,
    options: recordOf(filledText, recordOf(filledText, filledText)),
    protocols: recordOf(oneOf(...PROTOCOLS), isEvidence),
  },
)

/** `config.json`, version 1. */
export const isConfig = fields(
  { version: oneOf(1), activeProfile: isName, profiles: recordOf(isName, isProfile) },
  {
    secretStore: oneOf('keychain', 'file', 'env'),
    plugins: listOf(filledText),
    shimFastPath: oneOf('on', 'off'),
  },
)
