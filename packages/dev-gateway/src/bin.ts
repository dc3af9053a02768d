#!/usr/bin/env node
import { type Command, help, readArguments } from './cli/arguments.js'
import { banner, bannerJson, requestLine } from './cli/banner.js'
import { startDevGateway } from './start-dev-gateway.js'

const print = (line: string) => void process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  let command: Command
  try {
    command = readArguments(process.argv.slice(2))
  } catch (error) {
    fail(error, 2)
    return
  }
  if (command.kind === 'help') {
    process.stdout.write(help)
    return
  }
  const { json, options } = command
  const auth = options.auth ?? 'oidc'
  try {
    const gateway = await startDevGateway({
      ...options,
      onRequest: (event) => print(json ? JSON.stringify(event) : requestLine(event)),
    })
    print(json ? JSON.stringify(bannerJson(gateway, auth)) : banner(gateway, auth))
    const stop = () => void gateway.stop().catch((error: unknown) => fail(error, 1))
    process.once('SIGINT', stop).once('SIGTERM', stop)
  } catch (error) {
    fail(error, error instanceof TypeError ? 2 : 1)
  }
}

function fail(error: unknown, code: number): void {
  process.stderr.write(`gate-dev-gateway: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = code
}

void main()
