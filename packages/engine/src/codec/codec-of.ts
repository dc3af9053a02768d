import type { Codec } from './types.js'

/** Loads a codec. Each is its own module, so that a run that touches no TOML loads no TOML parser. */
export async function codecOf(kind: 'json' | 'toml' | 'dotenv'): Promise<Codec> {
  switch (kind) {
    case 'json':
      return (await import('./json/json-codec.js')).jsonCodec
    case 'toml':
      return (await import('./toml/toml-codec.js')).tomlCodec
    case 'dotenv':
      return (await import('./dotenv/dotenv-codec.js')).dotenvCodec
  }
}
