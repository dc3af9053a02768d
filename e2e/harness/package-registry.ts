import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProcess } from './run-process.ts'

const PACKAGES = join(dirname(fileURLToPath(import.meta.url)), '../../packages')

interface PackedPackage {
  readonly manifest: { readonly name: string; readonly version: string }
  readonly tarball: Buffer
}

/** A registry for the scope `@gate` on loopback, holding this workspace's packages as they would be published. */
export interface PackageRegistry {
  readonly url: string
  readonly packages: readonly PackedPackage[]
  stop(): Promise<void>
}

/** Packs every publishable package with pnpm, which replaces `workspace:` ranges, and serves them to npm. */
export async function startPackageRegistry(scratch: string): Promise<PackageRegistry> {
  const packages = await packAll(await mkdtemp(join(scratch, 'tarballs-')))
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://registry').pathname).slice(1)
    const packed = packages.find(({ manifest }) => path === manifest.name || path.startsWith(`${manifest.name}/-/`))
    if (!packed) return void response.writeHead(404).end()
    if (path.endsWith('.tgz')) return void response.end(packed.tarball)
    const { name, version } = packed.manifest
    const dist = {
      tarball: `http://${request.headers.host}/${name}/-/${version}.tgz`,
      integrity: `sha512-${createHash('sha512').update(packed.tarball).digest('base64')}`,
    }
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: { ...packed.manifest, dist } } }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    packages,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function packAll(destination: string): Promise<PackedPackage[]> {
  const { packageManager } = JSON.parse(await readFile(join(PACKAGES, '../package.json'), 'utf8')) as {
    packageManager: string
  }
  for (const name of await readdir(PACKAGES)) {
    const target = join(destination, name)
    await mkdir(target)
    const packed = await runProcess('npx', ['--yes', packageManager, 'pack', '--pack-destination', target], {
      cwd: join(PACKAGES, name),
      env: shellEnvironment(),
      timeoutMs: 120_000,
    })
    if (packed.code !== 0) throw new Error(`pnpm pack of ${name} failed: ${packed.stderr}${packed.stdout}`)
  }
  const tarballs = (await readdir(destination, { recursive: true })).filter((file) => file.endsWith('.tgz'))
  const packages = await Promise.all(tarballs.map((file) => readPacked(join(destination, file))))
  await rm(destination, { recursive: true })
  return packages
}

async function readPacked(file: string): Promise<PackedPackage> {
  const manifest = await runProcess('tar', ['-xOzf', file, 'package/package.json'], {
    cwd: '/',
    env: shellEnvironment(),
  })
  if (manifest.code !== 0) throw new Error(manifest.stderr)
  return { tarball: await readFile(file), manifest: JSON.parse(manifest.stdout) }
}

function shellEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
