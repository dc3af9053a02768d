import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProcess } from './run-process.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** A package as it goes to the registry. */
export interface PackedPackage {
  readonly manifest: PackedManifest
  readonly tarball: Buffer
}

/** The package.json inside of a tarball, as far as it is looked at. */
export interface PackedManifest {
  readonly name: string
  readonly version: string
  readonly [field: string]: unknown
}

/**
 * Packs every publishable package of this workspace with pnpm, which replaces `workspace:` ranges. They must be built.
 *
 * @param scratch Directory for the tarballs while they are read. Default: that of the system.
 */
export async function packWorkspace(scratch = tmpdir()): Promise<readonly PackedPackage[]> {
  const { packageManager } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  const destination = await mkdtemp(join(scratch, 'gate-tarballs-'))
  try {
    const packed = await runProcess(
      'npx',
      ['--yes', packageManager, '--recursive', '--filter', './packages/*', 'pack', '--pack-destination', destination],
      { cwd: ROOT, env: ownEnvironment(), timeoutMs: 120_000 },
    )
    if (packed.code !== 0) throw new Error(`pnpm pack failed: ${packed.stderr}${packed.stdout}`)
    return await Promise.all((await readdir(destination)).map((file) => readTarball(join(destination, file))))
  } finally {
    await rm(destination, { recursive: true })
  }
}

/** Packs one directory with npm, as somebody outside of this workspace does. */
export async function packDirectory(directory: string): Promise<PackedPackage> {
  const destination = await mkdtemp(join(tmpdir(), 'gate-tarball-'))
  try {
    const args = ['pack', '--ignore-scripts', '--pack-destination', destination]
    const packed = await runProcess('npm', args, { cwd: directory, env: ownEnvironment() })
    if (packed.code !== 0) throw new Error(`npm pack failed: ${packed.stderr}`)
    const [file] = await readdir(destination)
    if (file === undefined) throw new Error(`npm pack wrote nothing: ${packed.stdout}`)
    return await readTarball(join(destination, file))
  } finally {
    await rm(destination, { recursive: true })
  }
}

/** The names of the files in a tarball, without the leading `package/`, sorted. */
export async function tarballFiles({ tarball }: PackedPackage): Promise<readonly string[]> {
  return inScratch(tarball, async (file) => {
    const listed = await tar(['-tzf', file])
    return listed
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^package\//, ''))
      .sort()
  })
}

/** The text of one file in a tarball. */
export function tarballFile({ tarball }: PackedPackage, path: string): Promise<string> {
  return inScratch(tarball, (file) => tar(['-xOzf', file, `package/${path}`]))
}

async function readTarball(file: string): Promise<PackedPackage> {
  const manifest = JSON.parse(await tar(['-xOzf', file, 'package/package.json'])) as PackedManifest
  return { tarball: await readFile(file), manifest }
}

async function inScratch<T>(tarball: Buffer, use: (file: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'gate-tarball-'))
  try {
    const file = join(directory, 'package.tgz')
    await writeFile(file, tarball)
    return await use(file)
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function tar(args: readonly string[]): Promise<string> {
  const finished = await runProcess('tar', args, { cwd: '/', env: ownEnvironment() })
  if (finished.code !== 0) throw new Error(`tar ${args.join(' ')}: ${finished.stderr}`)
  return finished.stdout
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
