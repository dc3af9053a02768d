import type { Connection, Model, Platform } from '@gate/core'
import fc from 'fast-check'

/** Where the gateway of {@link testConnection} is; occurs in no other value. */
export const GATEWAY_ORIGIN = 'https://gateway.example.test'

/**
 * A connection that any client can be set up with.
 *
 * @param platform Decides what the helper's path looks like.
 */
export function testConnection(platform: Platform, changes: Partial<Connection> = {}): Connection {
  return {
    profile: 'default',
    gatewayUrl: GATEWAY_ORIGIN,
    paths: { anthropic: '/anthropic', openai: '/openai' },
    auth: {
      kind: 'oidc',
      issuer: 'https://issuer.example.test',
      clientId: 'gate',
      scopes: ['openid', 'offline_access'],
    },
    models: [],
    headers: {},
    helper: { command: helperPath(platform, 'gate-token-default'), args: [] },
    ...changes,
  }
}

/** Where the tests of this kit put the helper. */
export function helperPath(platform: Platform, name: string): string {
  return platform === 'win32' ? `C:\\gate\\state\\bin\\${name}.cmd` : `/gate/state/bin/${name}`
}

/** Connections of every kind that gate can make, for properties. */
export function anyConnection(platform: Platform): fc.Arbitrary<Connection> {
  const prefix = fc.constantFrom('', '/anthropic', '/openai', '/a/b-c/d_e', '/ünïcode')
  const helperName =
    platform === 'win32'
      ? fc.stringMatching(/^\w[\w .()'-]{0,18}\w$/)
      : fc
          .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
          .filter((name) => !/[/\0\r\n]|^\.+$/.test(name) && Buffer.byteLength(name) <= 200)
  const model: fc.Arbitrary<Model> = fc.record(
    {
      id: fc.oneof(fc.constantFrom('claude-opus-5', 'gpt-6', 'corp/glm-5'), fc.stringMatching(/^[\w./:[\]-]{1,30}$/)),
      displayName: fc.string({ minLength: 1, maxLength: 20 }),
      contextWindow: fc.integer({ min: 1, max: 2_000_000 }),
      tier: fc.constantFrom('haiku' as const, 'sonnet' as const, 'opus' as const),
    },
    { requiredKeys: ['id'] },
  )
  return fc
    .record({
      port: fc.integer({ min: 1, max: 65_535 }),
      anthropic: prefix,
      openai: prefix,
      auth: fc.constantFrom<Connection['auth'][]>({ kind: 'none' }, { kind: 'api-key' }, testConnection(platform).auth),
      models: fc.array(model, { maxLength: 4 }),
      headers: fc.dictionary(fc.stringMatching(/^X-[A-Za-z0-9-]{1,12}$/), fc.stringMatching(/^[ -~]{0,30}$/), {
        maxKeys: 3,
      }),
      caFile: fc.option(fc.constant(platform === 'win32' ? 'C:\\certs\\ca file.pem' : "/etc/ca's file.pem"), {
        nil: undefined,
      }),
      helperName,
    })
    .map(({ port, anthropic, openai, auth, models, headers, caFile, helperName: name }) =>
      testConnection(platform, {
        gatewayUrl: `${GATEWAY_ORIGIN}:${port}`,
        paths: { anthropic, openai },
        auth,
        models,
        headers,
        helper: { command: helperPath(platform, name), args: [] },
        ...(caFile === undefined ? {} : { caFile }),
      }),
    )
}
