import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** A page and the commands of its `sh` blocks, one per line, in order. */
export interface DocumentedPage {
  readonly page: string
  readonly commands: readonly string[]
}

/** Every page of documentation that shows a command. */
export async function documentedPages(): Promise<DocumentedPage[]> {
  const docs = (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)
  const packages = (await readdir(join(ROOT, 'packages'))).map((name) => `packages/${name}/README.md`)
  const pages: DocumentedPage[] = []
  for (const page of ['README.md', 'CONTRIBUTING.md', ...docs, ...packages]) {
    const text = await readFile(join(ROOT, page), 'utf8')
    const blocks = [...text.matchAll(/^```sh\n(?<block>[\s\S]*?)^```$/gm)].map((match) => match.groups?.block ?? '')
    const commands = blocks.flatMap((block) => block.split('\n')).filter((line) => line.trim() !== '')
    if (commands.length > 0) pages.push({ page, commands })
  }
  return pages
}

/** The scripts of the root package, which `npx --yes pnpm@… NAME` runs. */
export async function rootScripts(): Promise<Readonly<Record<string, string>>> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  return scripts
}

/** The text of a file of the repository. */
export function repositoryFile(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8')
}
