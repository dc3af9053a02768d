import { onTestFinished } from 'vitest'
import { type DevGateway, type DevGatewayOptions, startDevGateway } from '../src/index.js'

/** Starts a gateway that is stopped when the test ends. */
export async function runningGateway(options?: DevGatewayOptions): Promise<DevGateway> {
  const gateway = await startDevGateway(options)
  onTestFinished(() => gateway.stop())
  return gateway
}

/** Headers of a caller that is signed in. */
export async function signedIn(gateway: DevGateway): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await gateway.issueAccessToken()}` }
}

/** POSTs JSON. */
export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    redirect: 'manual',
  })
}
