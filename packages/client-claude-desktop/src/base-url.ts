import { baseUrl } from '@gate/client-kit'
import type { Connection } from '@gate/core'

/** The value of `inferenceGatewayBaseUrl`, to which Claude Desktop appends `/v1/messages` and `/v1/models`. Pure. */
export function anthropicBaseUrl(connection: Connection): string {
  return baseUrl(connection, 'anthropic')
}
