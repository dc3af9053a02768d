import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type PackedManifest, type PackedPackage, packWorkspace } from './pack-workspace.ts'

// pnpm leaves versions alone that are younger than a day.
const PUBLISHED = '2026-01-01T00:00:00.000Z'

const OWN_NAMES = /^(?:@gate\/|@acme\/|gate-client-)/

/** An npm registry on loopback. It holds packages of this workspace, and what is published to it. */
export interface PackageRegistry {
  readonly url: string
  /** Publishes a package, as `npm publish` does; a later version becomes `latest`. */
  publish(packed: PackedPackage): void
  stop(): Promise<void>
}

/**
 * Starts a registry with this workspace's packages as they would be published. Whatever else is asked for is
 * redirected to the registry that this machine uses, so package managers can be given this one alone.
 *
 * @param scratch Directory for what is only needed while it starts.
 * @param own This workspace, packed. Default: it is packed now.
 */
export async function startPackageRegistry(scratch: string, own?: readonly PackedPackage[]): Promise<PackageRegistry> {
  const packages = new Map<string, PackedPackage[]>()
  const publish = (packed: PackedPackage) => {
    const { name } = packed.manifest
    packages.set(name, [...(packages.get(name) ?? []), packed])
  }
  for (const packed of own ?? (await packWorkspace(scratch))) publish(packed)
  const server = createServer((request, response) => {
    answer(packages, publish, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    publish,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  packages: ReadonlyMap<string, readonly PackedPackage[]>,
  publish: (packed: PackedPackage) => void,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://registry')
  const [name = '', file] = decodeURIComponent(pathname).slice(1).split('/-/')
  if (request.method === 'PUT') {
    for (const packed of published(await bodyOf(request))) publish(packed)
    return void response.writeHead(201, { 'content-type': 'application/json' }).end('{}')
  }
  const versions = packages.get(name)
  // Names of ours and of the tests must never be answered by packages of somebody else.
  if (versions === undefined && OWN_NAMES.test(name)) return void response.writeHead(404).end()
  if (versions === undefined) return void response.writeHead(307, { location: `${upstream()}${request.url}` }).end()
  if (file !== undefined) {
    const wanted = versions.find(({ manifest }) => file === `${manifest.version}.tgz`)
    return void (wanted ? response.end(wanted.tarball) : response.writeHead(404).end())
  }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(packument(name, versions, `http://${request.headers.host}`)))
}

function packument(name: string, versions: readonly PackedPackage[], origin: string) {
  const latest = versions.at(-1)?.manifest.version
  return {
    name,
    'dist-tags': { latest },
    time: Object.fromEntries(versions.map(({ manifest }) => [manifest.version, PUBLISHED])),
    versions: Object.fromEntries(
      versions.map(({ manifest, tarball }) => {
        const dist = {
          tarball: `${origin}/${name}/-/${manifest.version}.tgz`,
          integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
          shasum: createHash('sha1').update(tarball).digest('hex'),
        }
        return [manifest.version, { ...manifest, dist }]
      }),
    ),
  }
}

function published(body: string): PackedPackage[] {
  const { versions, _attachments } = JSON.parse(body) as {
    versions: Record<string, PackedManifest>
    _attachments: Record<string, { data: string }>
  }
  const [attachment] = Object.values(_attachments)
  const tarball = Buffer.from(attachment?.data ?? '', 'base64')
  return Object.values(versions).map((manifest) => ({ manifest, tarball }))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** The registry of this machine, without a slash at its end. */
function upstream(): string {
  return (process.env.npm_config_registry ?? 'https://registry.npmjs.org').replace(/\/$/, '')
}
