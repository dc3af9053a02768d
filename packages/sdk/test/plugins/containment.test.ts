import { fileURLToPath } from 'node:url'
import { type ClientPlugin, GateError, type Host } from '@gate/core'
import { createNodeHost } from '@gate/engine/host'
import { testConnection } from '@gate/plugin-testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPlugins, type PluginSet } from '../../src/plugins/plugin-set.js'
import { VERBS, type Verb } from '../../src/plugins/wire.js'
import { installPlugin } from '../harness/foreign-plugin.js'
import { createMachine, type Machine } from '../harness/machine.js'

/*
 * What code of somebody else can do, in each verb and at its import: it costs its own client alone. The process of this
 * test stands for gate; whatever reached it would end or change the test.
 */

const SDK = fileURLToPath(new URL('../../package.json', import.meta.url))
const CONNECTION = testConnection('linux')
/** Milliseconds that a hostile verb may take; those that never end are stopped then. */
const LIMIT_MS = 4_000
/** Far more than an honest plugin needs, on a machine that does much else. */
const HONEST_LIMIT_MS = 60_000

/** What each verb answers when it is honest. */
const ANSWERS: Readonly<Record<Verb, object>> = {
  detect: { installed: true, evidence: ['looked'] },
  configure: { result: 'configured', edits: [], changes: [], notes: [], clientNotes: [] },
  revert: { result: 'nothing-to-do', edits: [], changes: [], notes: [], clientNotes: [] },
  status: { displayName: 'Foreign', state: 'connected', files: [], reasons: [], overrides: [], notes: [] },
  ask: { kind: 'confirms', program: 'foreign' },
  situation: { files: [], variables: [], detection: { installed: true, evidence: [] } },
}

/** A plugin whose verbs all run `body`, which sees the honest `answer` of its verb and the `host`. */
function pluginText(id: string, body: string, before = ''): string {
  const verbs = VERBS.map(
    (verb) => `${verb}: async (host) => { const answer = ${JSON.stringify(ANSWERS[verb])}; ${body} },`,
  )
  return [
    "import * as fs from 'node:fs'",
    "import * as child from 'node:child_process'",
    "import * as net from 'node:net'",
    before,
    `export default { apiVersion: 1, id: '${id}', displayName: 'Foreign', ${verbs.join('\n')} }`,
  ].join('\n')
}

function call(plugin: ClientPlugin, verb: Verb, host: Host): Promise<unknown> {
  switch (verb) {
    case 'detect':
      return plugin.detect(host)
    case 'configure':
      return plugin.configure(host, CONNECTION)
    case 'revert':
      return plugin.revert(host)
    case 'status':
      return plugin.status(host, CONNECTION)
    case 'ask':
      return plugin.ask?.(host, CONNECTION) ?? Promise.reject(new Error('no ask()'))
    case 'situation':
      return plugin.situation?.(host, CONNECTION) ?? Promise.reject(new Error('no situation()'))
  }
}

let machine: Machine
let host: Host
/** Everything about this process that a plugin could have changed. */
const globals = () => ({
  exit: process.exit,
  stringify: JSON.stringify,
  resolved: Promise.prototype.then,
  map: Array.prototype.map,
  timeout: setTimeout,
  log: console.log,
  polluted: ({} as Record<string, unknown>).polluted,
  listeners: process.eventNames().map((name) => [name, process.listenerCount(name)]),
  cwd: process.cwd(),
  umask: process.umask(),
})
let before: ReturnType<typeof globals>

beforeAll(async () => {
  machine = await createMachine({ clients: [] })
  host = createNodeHost({ home: machine.home, env: machine.env })
  // Their listeners for the end of this process are there for good.
  await host.engine.exclusively('warm', async () => {})
  const warmUp = await open({ warm: pluginText('warm', 'return answer') })
  await warmUp.call('warm', 'detect', HONEST_LIMIT_MS, (plugin) => plugin.detect(host))
  before = globals()
})

afterAll(async () => {
  expect(globals()).toEqual(before)
  await machine.remove()
})

const warnings: string[] = []

async function open(plugins: Readonly<Record<string, string>>): Promise<PluginSet> {
  const directories = await Promise.all(
    Object.entries(plugins).map(([id, text]) => installPlugin(machine.home, id, text)),
  )
  return openPlugins({
    packageName: '@gate/sdk',
    packageFile: SDK,
    explicit: directories,
    warn: (message) => void warnings.push(message),
  })
}

const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => value,
    (error: unknown) => error,
  )

/** What a verb must come to: its honest answer, or an error that names the package. */
type Expected = 'answers' | RegExp

const ENDED = /its process ended/
const UNFINISHED = /did not finish/
const NO_DATA = /no plain data/
const UNUSABLE = /answered without|answered with no object/

/** Behaviour → what it comes to. Quick ones run verb by verb, those that need the limit all at once. */
const QUICK: readonly (readonly [string, string, Expected])[] = [
  // It ends its process.
  ['process.exit(0)', 'process.exit(0)', ENDED],
  ['process.exit(7) later', 'setTimeout(() => process.exit(7)); await new Promise(() => {})', ENDED],
  ['process.reallyExit', 'process.reallyExit(0)', ENDED],
  ['process.abort', 'process.abort()', ENDED],
  ['SIGKILL to itself', "process.kill(process.pid, 'SIGKILL'); for (;;) {}", ENDED],
  ['SIGTERM to its group', "process.kill(-process.pid, 'SIGTERM'); for (;;) {}", ENDED],
  ['an exit code for later', 'process.exitCode = 3; return answer', 'answers'],
  ['listeners of exit', "process.on('exit', () => { for (;;) {} }); return answer", 'answers'],
  ['a stack that overflows', 'const f = () => f() + 1; return f()', /call stack/],
  // It throws.
  ['nothing thrown', 'throw undefined', /failed/],
  ['null thrown', 'throw null', /failed/],
  ['a text of a megabyte thrown', "throw new Error('x'.repeat(1e6))", /failed: x+$/],
  ['an error whose message throws', 'throw { get message() { throw 1 }, toString() { throw 2 } }', /cannot be shown/],
  [
    'an error that claims to be a GateError',
    "throw { [Symbol.for('gate.error')]: true, code: 'nonsense', message: 'm' }",
    /m/,
  ],
  [
    'the user’s Ctrl-C, made up',
    "throw { [Symbol.for('gate.error')]: true, code: 'interrupted', message: 'm' }",
    /failed: m/,
  ],
  [
    'a fault of gate, made up',
    "throw { [Symbol.for('gate.error')]: true, code: 'internal', message: 'm' }",
    /failed: m/,
  ],
  [
    'a plugin that is gone, made up',
    "throw { [Symbol.for('gate.error')]: true, code: 'unknown-client', message: 'm' }",
    /failed: m/,
  ],
  ['a promise thrown', 'throw Promise.reject(1)', /failed/],
  // It fails in the background.
  [
    'an error in a timer',
    "setTimeout(() => { throw new Error('later') }); await new Promise((r) => setTimeout(r, 20)); return answer",
    'answers',
  ],
  [
    'a rejection that nobody handles',
    "Promise.reject(new Error('later')); await new Promise((r) => setTimeout(r, 20)); return answer",
    'answers',
  ],
  ['a thousand rejections', 'for (let i = 0; i < 1000; i++) Promise.reject(i); return answer', 'answers'],
  ['a timer that never ends', 'setInterval(() => {}, 1); return answer', 'answers'],
  ['a server that stays open', "net.createServer().listen(0, '127.0.0.1'); return answer", 'answers'],
  // It prints.
  ['text on stdout', "console.log('{\"clients\":[]}'); process.stdout.write('noise'); return answer", 'answers'],
  ['ten megabytes on stderr', "process.stderr.write('x'.repeat(1e7)); return answer", 'answers'],
  ['stdout closed', 'try { fs.closeSync(1); fs.closeSync(2) } catch {} return answer', 'answers'],
  // It changes the world around it.
  ['Object.prototype', 'Object.prototype.polluted = 1; return answer', 'answers'],
  ['Object.prototype.toJSON', "Object.prototype.toJSON = () => 'x'; return answer", /no answer/],
  ['JSON.stringify', "JSON.stringify = () => 'x'; JSON.parse = () => 1; return answer", 'answers'],
  [
    'fs',
    'const f = process.getBuiltinModule("node:fs"); f.writeFileSync = f.readFileSync = null; return answer',
    'answers',
  ],
  ['console and timers', 'console.log = setTimeout = clearTimeout = null; return answer', 'answers'],
  [
    'listeners removed',
    'process.removeAllListeners(); setTimeout(() => { throw 1 }, 5); await new Promise((r) => setTimeout(r, 500)); return answer',
    ENDED,
  ],
  ['its directory and umask', "process.chdir('/tmp'); process.umask(0o777); return answer", 'answers'],
  ['process replaced', 'globalThis.process = null; return answer', 'answers'],
  // It answers oddly.
  ['nothing', '', UNUSABLE],
  ['null', 'return null', UNUSABLE],
  ['a number', 'return 7', UNUSABLE],
  ['a text', "return 'connected'", UNUSABLE],
  ['a list', 'return []', UNUSABLE],
  ['a function', 'return () => answer', UNUSABLE],
  ['an empty object', 'return {}', UNUSABLE],
  ['a promise of a promise', 'return Promise.resolve(Promise.resolve(answer))', 'answers'],
  [
    'fields that are promises',
    'return Object.fromEntries(Object.entries(answer).map(([k, v]) => [k, Promise.resolve(v)]))',
    UNUSABLE,
  ],
  [
    'fields that are getters',
    'return Object.defineProperties({}, Object.fromEntries(Object.entries(answer).map(([k, v]) => [k, { get: () => v, enumerable: true }])))',
    'answers',
  ],
  ['a getter that throws', "return { ...answer, get more() { throw new Error('no') } }", NO_DATA],
  ['a cycle', 'answer.self = answer; return answer', NO_DATA],
  ['a BigInt', 'return { ...answer, more: 1n }', NO_DATA],
  ['a toJSON that loops back', 'return { toJSON() { return null } }', UNUSABLE],
  ['a proxy that throws', 'return new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 } })', /failed|no plain data/],
  ['every field null', 'return Object.fromEntries(Object.keys(answer).map((k) => [k, null]))', UNUSABLE],
  [
    'every list with null in it',
    'const bad = (v) => Array.isArray(v) ? [null] : v; const r = Object.fromEntries(Object.entries(answer).map(([k, v]) => [k, bad(v)])); r.reasons ??= [null]; r.kind &&= "denies"; r.about = "file"; r.evidence ??= [null]; r.notes ??= [null]; return r',
    UNUSABLE,
  ],
  [
    'texts of a megabyte',
    "const big = 'x'.repeat(1e6); return { ...answer, displayName: big, evidence: [big], notes: [big], program: big, files: [big] }",
    UNUSABLE,
  ],
  ['an answer of 20 megabytes', "return { ...answer, more: 'x'.repeat(2e7) }", /too long/],
  [
    'depth',
    'let deep = []; for (let i = 0; i < 5000; i++) deep = [deep]; return { ...answer, more: deep }',
    /failed|answers|no plain data/,
  ],
  [
    'numbers that JSON does not have',
    'return { ...answer, installed: NaN, displayName: Infinity, result: -0, kind: NaN, files: NaN }',
    UNUSABLE,
  ],
  // It speaks for itself on the wire.
  ['garbage on the wire', "fs.writeSync(3, 'garbage\\n'); return answer", /no answer/],
  ['what is no object on the wire', "fs.writeSync(3, 'null\\n'); return answer", /no answer/],
  [
    'objects without meaning on the wire',
    'fs.writeSync(3, \'{}\\n[]\\n{"answer":null}\\n{"error":{}}\\n\'); return answer',
    'answers',
  ],
  [
    'answers to calls that nobody made',
    "for (let i = 50; i < 54; i++) fs.writeSync(3, JSON.stringify({ answer: i, value: {} }) + '\\n'); return answer",
    'answers',
  ],
  [
    'a forged export',
    "fs.writeSync(3, JSON.stringify({ exported: { id: 'codex' } }) + '\\n'); return answer",
    'answers',
  ],
  [
    'an answer with __proto__',
    'return JSON.parse(JSON.stringify(answer).replace("{", \'{"__proto__":{"polluted":1},\'))',
    'answers',
  ],
  [
    'the wire closed',
    'fs.closeSync(3); await new Promise((r) => setTimeout(r, 1000)); return answer',
    /ended|failed|did not finish/,
  ],
  ['half a line, then the end', 'fs.writeSync(3, \'{"answer":\'); process.exit(0)', ENDED],
  [
    'a line that never ends',
    "const chunk = 'x'.repeat(1 << 20); for (;;) fs.writeSync(3, chunk)",
    /too long|ended|no answer/,
  ],
  // It takes memory.
  [
    'the heap filled',
    'const all = []; for (;;) all.push({ a: new Array(1000).fill(all.length) })',
    /memory|ended|did not finish/,
  ],
]

const SLOW: readonly (readonly [string, string])[] = [
  ['an endless loop', 'for (;;) {}'],
  ['an endless loop after an await', 'await null; for (;;) {}'],
  ['microtasks without end', 'const f = () => Promise.resolve().then(f); await f()'],
  ['a promise that never settles', 'await new Promise(() => {})'],
  ['a promise that never settles, with a timer', 'await new Promise(() => setInterval(() => {}, 1000))'],
  ['turns of the event loop without end', 'await new Promise(() => { const f = () => setImmediate(f); f() })'],
  ['Atomics.wait', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
  ['a program that does not end', "child.execFileSync('/bin/sleep', ['600'])"],
  ['a regular expression', "/^(a+)+$/.test('a'.repeat(50) + '!')"],
  ['SIGSTOP to itself', "process.kill(process.pid, 'SIGSTOP'); await new Promise(() => {})"],
  ['signals that it ignores', "process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); for (;;) {}"],
  ['output without end', "for (;;) { await new Promise((r) => process.stdout.write('x'.repeat(1e5), r)) }"],
  ['a thenable that never answers', 'return { then() {} }'],
]

const HONEST = pluginText('honest', 'await new Promise((resolve) => setTimeout(resolve, 200)); return answer')

/** The result of each verb of an evil plugin, and of the one beside it. */
async function play(body: string, beforeBody = '', atOnce = false) {
  const plugins = await open({ evil: pluginText('evil', body, beforeBody), honest: HONEST })
  const results = new Map<Verb, unknown>()
  const run = async (verb: Verb) => {
    const work = outcome(plugins.call('evil', verb, LIMIT_MS, (plugin) => call(plugin, verb, host)))
    results.set(verb, await work)
  }
  const honest = Promise.all(
    VERBS.map((verb) => outcome(plugins.call('honest', verb, HONEST_LIMIT_MS, (plugin) => call(plugin, verb, host)))),
  )
  if (atOnce) await Promise.all(VERBS.map(run))
  else for (const verb of VERBS) await run(verb)
  return { results, honest: await honest }
}

function expectHonest(answers: readonly unknown[]): void {
  expect(answers).toEqual(VERBS.map((verb) => expect.objectContaining(ANSWERS[verb])))
}

function expectBlamed(error: unknown, message: RegExp): void {
  expect(error).toBeInstanceOf(GateError)
  const { code, exitCode, message: said } = error as GateError
  expect(['plugin-failed', 'plugin-invalid']).toContain(code)
  expect(exitCode).toBe(1)
  expect(said).toMatch(/^gate-client-evil[: ]/)
  expect(said).toMatch(message)
  expect(said.length).toBeLessThan(3_000)
}

describe('whatever a verb does costs its own client alone', { timeout: 300_000 }, () => {
  test.each(QUICK)('%s', async (_name, body, expected) => {
    const { results, honest } = await play(body, '', expected === 'answers')
    expectHonest(honest)
    for (const [verb, result] of results) {
      if (expected === 'answers') expect(result).toMatchObject(ANSWERS[verb])
      else if (!(expected.source.includes('answers') && !(result instanceof Error))) expectBlamed(result, expected)
    }
  })

  test.each(SLOW)('%s', async (_name, body) => {
    const { results, honest } = await play(body, '', true)
    expectHonest(honest)
    for (const result of results.values()) expectBlamed(result, /did not finish|said too much|used too much memory/)
  })
})

const IMPORTS: readonly (readonly [string, string, RegExp])[] = [
  ['it throws', "throw new Error('not today')", /not today/],
  ['it ends', 'process.exit(0)', ENDED],
  ['it loops', 'for (;;) {}', /its import did not finish/],
  ['it waits', 'setInterval(() => {}, 1000); await new Promise(() => {})', /its import did not finish/],
  ['it waits for nothing', 'await new Promise(() => {})', /its import did not finish|ended/],
  ['it takes memory', 'const all = []; for (;;) all.push(Buffer.alloc(1 << 24, 1))', /memory|ended|did not finish/],
  ['it imports what is not there', "import 'nothing-of-that-name'", /nothing-of-that-name/],
  ['it is no JavaScript', '}{', /Unexpected/],
  [
    'it stops gate’s own code',
    "process.exit = null; JSON.stringify = null; throw new Error('after that')",
    /after that/,
  ],
]

describe('whatever an import does costs its own client alone', { timeout: 120_000 }, () => {
  test.each(IMPORTS)('%s', async (_name, text, message) => {
    const plugins = await open({ evil: pluginText('evil', 'return answer', text), honest: HONEST })
    const [evil, honest] = await Promise.all([
      outcome(plugins.load('evil')),
      outcome(plugins.call('honest', 'detect', HONEST_LIMIT_MS, (plugin) => plugin.detect(host))),
    ])
    expectBlamed(evil, message)
    expect(honest).toMatchObject(ANSWERS.detect)
  })
})

const EXPORTS: readonly (readonly [string, string, RegExp])[] = [
  ['nothing', 'export const x = 1', /API undefined/],
  ['null', 'export default null', /API undefined/],
  ['a getter that throws', "export default { get apiVersion() { throw new Error('no') } }", /no/],
  ['another id', "export default { apiVersion: 1, id: 'codex' }", /calls itself "codex"/],
  [
    'an id that changes',
    "let n = 0; export default { apiVersion: 1, get id() { return n++ ? 'codex' : 'evil' } }",
    /displayName/,
  ],
  ['no name', "export default { apiVersion: 1, id: 'evil', displayName: '' }", /displayName/],
  ['a name of a megabyte', "export default { apiVersion: 1, id: 'evil', displayName: 'x'.repeat(1e6) }", /displayName/],
  ['no verbs', "export default { apiVersion: 1, id: 'evil', displayName: 'E', detect: 1 }", /no detect\(\)/],
  [
    'odd versions',
    "export default { apiVersion: 1, id: 'evil', displayName: 'E', versions: { oldest: 1 } }",
    /versions/,
  ],
  ['odd protocols', "export default { apiVersion: 1, id: 'evil', displayName: 'E', protocols: [null] }", /protocols/],
  ['an API that is an object', "export default { apiVersion: { toString: null }, id: 'evil' }", /API|id|failed|evil/],
]

test.each(EXPORTS)('a module that exports %s is refused', { timeout: 60_000 }, async (_name, text, message) => {
  const plugins = await open({ evil: text })
  expectBlamed(await outcome(plugins.load('evil')), message)
})

test('what a plugin started ends with it', { timeout: 60_000 }, async () => {
  const body =
    "const p = child.spawn('/bin/sleep', ['600'], { stdio: 'ignore' }); fs.writeFileSync(host.home + '/pid', String(p.pid)); for (;;) {}"
  const plugins = await open({ evil: pluginText('evil', body) })
  expectBlamed(await outcome(plugins.call('evil', 'detect', LIMIT_MS, (plugin) => plugin.detect(host))), UNFINISHED)
})

test('what a plugin still does after its answer, it does no more', { timeout: 120_000 }, async () => {
  const body = `await new Promise((locked) => host.engine.exclusively('codex', () => { locked(); return new Promise(() => {}) }))
    setInterval(() => fs.appendFileSync(host.home + '/ticks', 'x'), 1); return answer`
  const plugins = await open({ evil: pluginText('evil', body) })
  for (const verb of VERBS) {
    expect(await plugins.call('evil', verb, HONEST_LIMIT_MS, (plugin) => call(plugin, verb, host))).toMatchObject(
      ANSWERS[verb],
    )
    expect(await host.engine.exclusively('codex', async () => 'mine')).toBe('mine')
  }
})

test('a message that is no text does not reach gate', { timeout: 60_000 }, async () => {
  warnings.length = 0
  const said = ['{"toString":1}', '7', 'null', '[]', '"\\u001b[2Jgone\\nforged"']
  const body = `for (const text of ${JSON.stringify(said)}) fs.writeSync(3, '{"background":' + text + '}\\n'); return answer`
  const plugins = await open({ evil: pluginText('evil', body) })
  expect(await plugins.call('evil', 'detect', HONEST_LIMIT_MS, (plugin) => plugin.detect(host))).toMatchObject(
    ANSWERS.detect,
  )
  expect(warnings).toEqual(['gate-client-evil failed in the background:  [2Jgone forged'])
})

test('failures in the background are told, with the package, and not without end', { timeout: 60_000 }, async () => {
  warnings.length = 0
  const body =
    "for (let i = 0; i < 100; i++) Promise.reject(new Error('later ' + i)); await new Promise((r) => setTimeout(r, 100)); return answer"
  const plugins = await open({ evil: pluginText('evil', body) })
  await plugins.call('evil', 'detect', HONEST_LIMIT_MS, (plugin) => plugin.detect(host))
  expect(warnings).toHaveLength(3)
  expect(warnings[0]).toBe('gate-client-evil failed in the background: later 0')
})

test('an abort reaches the verb, and only then may it say that it was interrupted', { timeout: 60_000 }, async () => {
  const text = `import { GateError } from ${JSON.stringify(import.meta.resolve('@gate/core'))}
export default { apiVersion: 1, id: 'evil', displayName: 'E', detect: async () => ({ installed: true, evidence: [] }),
  status: async () => ({}), revert: async () => ({}),
  configure: (_host, _connection, { signal }) => new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new GateError({ code: 'interrupted', message: 'interrupted' })))
  }),
}`
  const plugins = await open({ evil: text })
  const abort = new AbortController()
  const work = plugins.call('evil', 'configure', HONEST_LIMIT_MS, (plugin) => {
    setTimeout(() => abort.abort(), 200)
    return plugin.configure(host, CONNECTION, { signal: abort.signal })
  })
  expect(await outcome(work)).toMatchObject({ code: 'interrupted', exitCode: 130 })
})
