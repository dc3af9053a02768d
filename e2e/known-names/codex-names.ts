import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { programWords } from './program-words.ts'

/** Names of settings that a version of Codex knows. */
export interface CodexNames {
  readonly environment: readonly string[]
  readonly features: readonly string[]
  /** Keys of `config.toml`: at its root, and of a table in `model_providers`. */
  readonly rootKeys: readonly string[]
  readonly providerKeys: readonly string[]
}

/**
 * The names that Codex knows and nobody has judged. Its program holds all words; which of them are keys it says itself: it
 * refuses a key that it knows with a value of no type, and passes over one that it does not know.
 *
 * @param launcher `codex` of its npm package.
 */
export async function newCodexNames(launcher: string, judged: CodexNames): Promise<CodexNames> {
  const program = nativeProgram(launcher)
  const { words, data } = await programWords(program)
  const home = await mkdtemp(join(tmpdir(), 'gate-codex-names-'))
  try {
    const without = (known: readonly string[]) => words.filter((word) => !known.includes(word))
    return {
      environment: unjudged(environmentNames(data), judged.environment),
      features: unjudged(await featureNames(program, home), judged.features),
      rootKeys: await keysAmong(program, home, without(judged.rootKeys), ''),
      providerKeys: await keysAmong(
        program,
        home,
        without(['name', ...judged.providerKeys]),
        '[model_providers.x]\nname = "x"\n',
      ),
    }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

function unjudged(found: readonly string[], judged: readonly string[]): string[] {
  return [...new Set(found)].filter((name) => !judged.includes(name)).sort()
}

/** Texts follow each other without anything between them, so that some of these names have the next text at their end. */
function environmentNames(data: string): string[] {
  return [...data.matchAll(/(?:CODEX|OPENAI|SPIFFE)_(?:(?!(?:CODEX|OPENAI|SPIFFE)_)[A-Z0-9_])+/g)].map(([name]) => name)
}

async function featureNames(program: string, home: string): Promise<string[]> {
  await writeFile(join(home, 'config.toml'), '')
  const { stdout } = await list(program, home)
  return stdout.split('\n').flatMap((line) => /^(\w+)\s/.exec(line)?.[1] ?? [])
}

/** Which of many words are keys of a table: Codex stumbles over them one after the other. */
async function keysAmong(program: string, home: string, words: readonly string[], head: string): Promise<string[]> {
  const found: string[] = []
  for (;;) {
    const left = words.filter((word) => !found.includes(word))
    const text = `${head}${left.map((word) => `${word} = [[0.5]]`).join('\n')}\n`
    await writeFile(join(home, 'config.toml'), text)
    const { code, stderr } = await list(program, home)
    if (code === 0) return found.sort()
    const line = /config\.toml:(\d+):/.exec(stderr)?.[1]
    const path = /^\s*in `(?:model_providers\.x\.)?([\w-]+)/m.exec(stderr)?.[1]
    const legacy = /legacy `(\w+)/.exec(stderr)?.[1] ?? /`(\w+)` is no longer supported/.exec(stderr)?.[1]
    const key = line === undefined ? (path ?? legacy) : text.split('\n')[Number(line) - 1]?.split(' ')[0]
    if (key === undefined || !left.includes(key)) throw new Error(`Codex names no key: ${stderr}`)
    found.push(key)
  }
}

function list(program: string, home: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { HOME: home, CODEX_HOME: home, TMPDIR: home, PATH: '/usr/bin:/bin' }
  return new Promise((resolve) => {
    execFile(program, ['features', 'list'], { cwd: '/', env, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, stdout, stderr }),
    )
  })
}

/** The program behind the npm package's launcher, which lies in a package per platform. */
function nativeProgram(launcher: string): string {
  const require = createRequire(launcher)
  const manifest = require.resolve(`@openai/codex-linux-${process.arch}/package.json`)
  const triple = process.arch === 'arm64' ? 'aarch64-unknown-linux-musl' : 'x86_64-unknown-linux-musl'
  return join(dirname(manifest), 'vendor', triple, 'bin', 'codex')
}
