import type { FileExpectation } from '@gate/core'

type JsonType = FileExpectation['types'][number]

/**
 * Types of keys in `settings.json` whose wrong type ends pi at its start, usually with a stack trace; each was tried with
 * `pi -p` of 0.87.1. Other keys of a wrong type are passed over.
 */
export const SETTINGS_TYPES: Readonly<Record<string, readonly JsonType[]>> = {
  defaultTools: ['array', 'string', 'null'],
  extensions: ['array', 'string', 'null'],
  httpIdleTimeoutMs: ['number', 'string'],
  httpProxy: ['string', 'null'],
  packages: ['array', 'string', 'null'],
  prompts: ['array', 'string', 'null'],
  sessionDir: ['string', 'null'],
  shellPath: ['string', 'null'],
  // An object is how older versions wrote it.
  skills: ['array', 'string', 'object', 'null'],
  themes: ['array', 'string', 'null'],
  websocketConnectTimeoutMs: ['number', 'string'],
}

/** Shape checks of the two files. Pure. */
export function configExpectations(models: string, settings: string): readonly FileExpectation[] {
  return [
    { file: models, kind: 'json', path: ['providers'], types: ['object'] },
    ...Object.entries(SETTINGS_TYPES).map(
      ([key, types]): FileExpectation => ({ file: settings, kind: 'json', path: [key], types }),
    ),
  ]
}
