import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

const suites = fileURLToPath(new URL('__fixtures__/suites', import.meta.url))
const TIME_LIMIT_MS = 240_000

/** Names of the tests that failed, by the plugin's file. */
const failed = new Map<string, readonly string[]>()
const passed = new Map<string, number>()

/** Runs the fixtures in a vitest of their own; their failures are what is looked for. */
function run(...args: readonly string[]): void {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
  const directory = mkdtempSync(join(tmpdir(), 'gate-suites-'))
  const file = join(directory, 'report.json')
  try {
    const { stderr } = spawnSync(
      process.execPath,
      [vitest, 'run', '--root', suites, '--reporter=json', `--outputFile=${file}`, ...args],
      // A vitest inside of a vitest must not take its variables for its own.
      { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: directory } },
    )
    if (!existsSync(file)) throw new Error(`vitest gave no report: ${stderr}`)
    collect(JSON.parse(readFileSync(file, 'utf8')) as Report)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function collect(report: Report): void {
  for (const { name, assertionResults } of report.testResults) {
    const plugin = /([\w-]+)\.suite\.ts$/.exec(name)?.[1] ?? name
    const names = (wanted: string) =>
      assertionResults.flatMap(({ status, fullName }) => (status === wanted ? [fullName] : []))
    failed.set(plugin, [...(failed.get(plugin) ?? []), ...names('failed')])
    passed.set(plugin, (passed.get(plugin) ?? 0) + names('passed').length)
  }
}

beforeAll(() => {
  // Dying at every call, and shrinking connections that fail, take long: each is tried with one plugin.
  run('--testNamePattern', '^(?!.*(killed at any call|can be set up, is connected then))')
  run('honest.suite.ts', '--testNamePattern', 'can be set up, is connected then')
  run('in-place.suite.ts', '--testNamePattern', 'killed at any call')
}, TIME_LIMIT_MS)

describe('the suite', () => {
  it('lets an honest plugin pass', () => {
    expect(failed.get('honest')).toEqual([])
    expect(passed.get('honest')).toBeGreaterThan(20)
  })

  it.each([
    ['impure', 'has one plan, made without looking at the machine'],
    ['litter', 'gives back every byte, mode and link'],
    ['leak', 'copies none into a file, a status, a note or an override'],
    ['guess', 'refuses, never guesses: broken'],
    ['flatter', 'goes from detected over connected and drifted back to detected'],
    ['flatter', 'does not find it on an empty machine'],
    ['in-place', 'killed at any call'],
    ['in-place', 'is set up once by two processes'],
    ['in-place', 'keeps a value that was changed after setup'],
    ['stranger', 'says which contract it keeps, and who it is'],
    ['stranger', 'does not find it on an empty machine'],
  ])('catches %s: %s', (plugin, law) => {
    expect(failed.get(plugin)?.join('\n')).toContain(law)
  })
})
