import { type DevGateway, type DevGatewayOptions, startDevGateway } from '@gate/dev-gateway'
import { type CallOptions, connectionFlags, createMachine, type Finished } from '../harness/machine.js'
import * as given from './given-secrets.js'
import { type KnownAddress, normaliser } from './normalise.js'
import type { Recording, Scene, Stage } from './scene.js'

const JSON_WEB_TOKEN = /\beyJ[\w-]+\.[\w-]+/

/**
 * Plays a scene on a machine of its own.
 *
 * @param shared Gateway of the scenes that bring none.
 * @throws When a command on the way fails, or an answer holds a credential.
 */
export async function play(scene: Scene, shared: DevGateway): Promise<Recording[]> {
  const started: DevGateway[] = []
  const addresses: KnownAddress[] = []
  const know = (gateway: DevGateway, name: string) => {
    addresses.push({ url: gateway.url, name }, { url: gateway.issuer, name: name.replace('gateway', 'issuer') })
    return gateway
  }
  const startGateway = async (name: string, options: DevGatewayOptions = {}) => {
    const gateway = await startDevGateway(options)
    started.push(gateway)
    return know(gateway, name)
  }
  const gateway = scene.gateway ? await startGateway('gateway', scene.gateway) : know(shared, 'gateway')
  const machine = await createMachine({ gateway, ...(scene.clients ? { clients: scene.clients } : {}) })
  const recordings: Recording[] = []
  const secrets = () => [
    ...[...Object.values(given), machine.env.GATE_SECRET_STORE_PASSPHRASE ?? ''],
    ...[gateway, ...started].flatMap(({ requests }) => requests.flatMap(({ bearer, apiKey }) => [bearer, apiKey])),
  ]
  const record = async (title: string, args: readonly string[], options: CallOptions, parsed: boolean) => {
    if (recordings.some((each) => each.title === title)) throw new Error(`${scene.name} records "${title}" twice.`)
    const finished = await machine.gateWith(options, ...args)
    const normalised = normaliser(machine, addresses)
    const { stdout, stderr } = parsed ? answers(finished, title) : texts(finished)
    const recording = normalised({ title, command: args, exitCode: finished.code, stdout, stderr }) as Recording
    const text = JSON.stringify(recording)
    if (JSON_WEB_TOKEN.test(text) || secrets().some((secret) => secret && text.includes(secret))) {
      throw new Error(`${scene.name}: the answer "${title}" holds a credential.`)
    }
    recordings.push(recording)
  }
  const stage: Stage = {
    machine,
    gateway,
    connection: connectionFlags(gateway),
    record: (title, args, options = {}) => record(title, withJson(args), options, true),
    recordText: (title, args, options = {}) => record(title, args, options, false),
    async run(args, options = {}) {
      const { code, stderr } = await machine.gateWith(options, ...args)
      if (code !== 0) throw new Error(`${scene.name}: "gate ${args.join(' ')}" ended with ${code}: ${stderr}`)
    },
    startGateway,
  }
  try {
    await scene.play(stage)
    return recordings
  } finally {
    await machine.remove()
    // A scene may have stopped its own already.
    await Promise.allSettled(started.map((each) => each.stop()))
  }
}

function withJson(args: readonly string[]): string[] {
  const end = args.indexOf('--')
  return end === -1 ? [...args, '--json'] : [...args.slice(0, end), '--json', ...args.slice(end)]
}

function answers({ stdout, stderr }: Finished, title: string) {
  try {
    return { stdout: stdout === '' ? null : (JSON.parse(stdout) as unknown), stderr: told(stderr) }
  } catch (cause) {
    throw new Error(`"${title}": the answer is no JSON.`, { cause })
  }
}

/** An error is one object; what a login tells before is one per line; a warning is none. */
function told(stderr: string): unknown {
  if (stderr === '') return null
  if (!stderr.startsWith('{')) return stderr
  if (stderr.startsWith('{\n')) return JSON.parse(stderr)
  return stderr
    .trimEnd()
    .split(/\n(?=\{)/)
    .map((line) => JSON.parse(line) as unknown)
}

/** A command without `--json` prints a token and a newline on stdout; everything else there is recorded as it is. */
function texts({ stdout, stderr }: Finished) {
  const hidden = /^[\x21-\x7e]{16,}\n$/.test(stdout) ? '<token>\n' : stdout
  return { stdout: hidden === '' ? null : hidden, stderr: stderr === '' ? null : stderr }
}
