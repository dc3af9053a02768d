import * as fs from 'node:fs/promises'
import { type Exchange, exchange } from '../../src/exchange.js'

type Options = Partial<Exchange> & { readonly env?: Readonly<Record<string, string>> }

/** A GET, unless options say otherwise, in an environment without proxies, unless it is given; the body as text. */
export async function ask(url: string, { env = {}, ...options }: Options = {}) {
  const answer = await exchange(
    { env, fs },
    {
      url: new URL(url),
      method: 'GET',
      headers: {},
      timeoutMs: 5_000,
      bodyLimit: { bytes: 1_000_000, beyond: 'fail' },
      ...options,
    },
  )
  return { ...answer, body: answer.body.toString('utf8') }
}
