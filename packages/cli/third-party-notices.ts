import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Options } from 'tsup'

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number]

const RULE = `\n${'-'.repeat(80)}\n\n`
/** Of every part of the build so far, because each writes the file again. */
const noticed = new Map<string, string>()

/**
 * Writes THIRD-PARTY-NOTICES beside the package's own licence: name, version and licence of every package that code in the
 * bundle is of, as esbuild says it. Plugins made for this look for the nearest package.json, and miss packages that have
 * further ones in their subdirectories, zod among them.
 *
 * @throws Error for a package without a licence.
 */
export function thirdPartyNotices(): EsbuildPlugin {
  return {
    name: 'third-party-notices',
    setup(build) {
      build.initialOptions.metafile = true
      build.onEnd(({ metafile }) => {
        const outputs = Object.values(metafile?.outputs ?? {})
        for (const input of outputs.flatMap(({ inputs }) => Object.keys(inputs))) notice(input)
        const notices = [...noticed].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)
        const head = '@gate/cli contains code of these packages, each under its own licence.\n'
        writeFileSync('THIRD-PARTY-NOTICES', `${head}${RULE}${notices.join(RULE)}`)
      })
    },
  }
}

function notice(input: string): void {
  const directory = /^(?:[a-z-]{2,}:)?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(input)?.[1]
  if (directory === undefined) return
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Readonly<
    Record<string, unknown>
  >
  const name = `${String(manifest.name)} ${String(manifest.version)}`
  if (noticed.has(name)) return
  const files = readdirSync(directory).filter((file) => /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i.test(file))
  const texts = files.toSorted().map((file) => readFileSync(join(directory, file), 'utf8').trim())
  if (typeof manifest.license !== 'string' && texts.length === 0) throw new Error(`${name} has no licence`)
  noticed.set(
    name,
    `${[`${name} (${String(manifest.license)})`, authorOf(manifest), ...texts].filter(Boolean).join('\n\n')}\n`,
  )
}

/** For packages that name their licence and bring no text of it. */
function authorOf({ author }: Readonly<Record<string, unknown>>): string {
  if (typeof author === 'string') return `By ${author}`
  const name = (author as { readonly name?: unknown } | undefined)?.name
  return typeof name === 'string' ? `By ${name}` : ''
}
