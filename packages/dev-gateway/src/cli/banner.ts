import type { DevGateway, GatewayAuth, RequestLog } from '../contract.js'

/** The words of the `gate setup` command that matches a running gateway. */
export function setupCommand(gateway: DevGateway, auth: GatewayAuth): string {
  const words = ['gate setup', `--gateway-url ${gateway.url}`]
  if (gateway.anthropicPath) words.push(`--anthropic-path ${gateway.anthropicPath}`)
  if (gateway.openaiPath) words.push(`--openai-path ${gateway.openaiPath}`)
  if (auth === 'oidc') words.push(`--issuer ${gateway.issuer}`, `--client-id ${gateway.clientId}`)
  if (auth === 'api-key') words.push('--api-key-stdin')
  const command = words.join(' ')
  return auth === 'api-key' ? `echo ${gateway.apiKeys[0] ?? ''} | ${command}` : command
}

/** What is printed for people when the gateway is up. */
export function banner(gateway: DevGateway, auth: GatewayAuth): string {
  const lines = [
    `gateway    ${gateway.url}`,
    `anthropic  ${gateway.url}${gateway.anthropicPath}/v1/messages`,
    `openai     ${gateway.url}${gateway.openaiPath}/v1/responses, …/v1/chat/completions`,
  ]
  if (auth === 'oidc') lines.push(`issuer     ${gateway.issuer}`, `client id  ${gateway.clientId}`)
  lines.push('', 'Point your clients here with:', `  ${setupCommand(gateway, auth)}`, '')
  if (auth === 'oidc') {
    lines.push('To sign in without a browser, put this before that command:', `  BROWSER=${gateway.browser}`, '')
  }
  lines.push('Stop with Ctrl+C. Requests:')
  return lines.join('\n')
}

/** The same for programs. */
export function bannerJson(gateway: DevGateway, auth: GatewayAuth): Record<string, unknown> {
  const { url, issuer, clientId, anthropicPath, openaiPath, apiKeys, browser } = gateway
  const setup = setupCommand(gateway, auth)
  return { schemaVersion: 1, gateway: url, issuer, clientId, anthropicPath, openaiPath, auth, apiKeys, browser, setup }
}

/** One request as a line of text. */
export function requestLine({ server, method, path, status, credential, milliseconds }: RequestLog): string {
  const shown = credential === undefined ? '-' : `#${credential}`
  return `${server.padEnd(7)} ${status ?? 'cut'} ${method.padEnd(4)} ${path} ${shown} ${milliseconds} ms`
}
