import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const PACKAGES = join(import.meta.dirname, '../..')
/** Faces of the library, and what only developers run. */
const FACES = ['cli', 'dev-gateway', 'plugin-testkit']
/** Texts of programs that gate writes for clients: nobody renders what they print. */
const PROGRAMS = ['auth/src/shim/shim-text.ts', 'client-opencode/src/plugin-template.ts']

const COMMAND = /\bgate (?:setup|status|teardown|login|logout|doctor|config|plugins|list|token) ?(?=[-"'`.,;:)$\w]|$)/m

const packages = (await readdir(PACKAGES)).filter((name) => !FACES.includes(name))

async function sources(name: string): Promise<string[]> {
  const files = await readdir(join(PACKAGES, name, 'src'), { recursive: true })
  return files.filter((file) => file.endsWith('.ts')).map((file) => join(name, 'src', file))
}

/** Code without its comments; what looks like one inside of a text is text. */
function withoutComments(code: string): string {
  return code.replace(
    /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (part) => (part.startsWith('/') ? '' : part),
  )
}

test('a comment is no text, and a text is found', () => {
  expect(withoutComments("a // gate setup\n/* gate login */ 'https://x' `gate status`")).toBe(
    "a \n 'https://x' `gate status`",
  )
  expect(COMMAND.test("'Run gate setup --client x'")).toBe(true)
  expect(COMMAND.test("'gate keeps its own files'")).toBe(false)
})

describe.each(packages)('@gate/%s', (name) => {
  test('names no command of gate: what helps is an action, and the faces have the words', async () => {
    const found: string[] = []
    for (const file of await sources(name)) {
      const text = withoutComments(await readFile(join(PACKAGES, file), 'utf8'))
      const [command] = COMMAND.exec(text) ?? []
      if (command !== undefined && !PROGRAMS.includes(file)) found.push(`${file}: ${command}`)
    }
    expect(found).toEqual([])
  })
})
