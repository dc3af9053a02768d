import type { Edit, TomlEdit } from '@gate/core'
import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { lines, ROOT_KEY, TABLE, WRITTEN } from './codex-tables.js'
import { codecFor } from './laws.js'
import { FILE, toml } from './plans.js'
import { roundTripOf } from './round-trip.js'

const codec = codecFor('toml')
const CONTEXT = { file: FILE }
const apply = (text: string | undefined, edits: readonly Edit[]) => codec.apply(text, edits, CONTEXT)

const roundTrip = roundTripOf(codec)

/** What a receipt inherits of another one for the same file: the tables that were made for both. */
function parentsMadeFor(one: TomlEdit, two: TomlEdit) {
  return one.path.length === 2 && two.path.length === 2 ? { createdParents: 1 } : {}
}

describe('undo takes no line of others', () => {
  it.each(['\n', ''])('Codex 0.169 puts its tables right behind ours and between them (final line end %j)', (end) => {
    const text = `model = "x"\n\n[mcp_servers.fs]\ncommand = "npx"${end}`
    const trust = '[projects."/home/u/app"]\ntrust_level = "trusted"\n'
    const undone = roundTrip(
      text,
      [ROOT_KEY, TABLE],
      (applied) =>
        `${applied.replace('[model_providers.gate.auth]', `${trust}\n[model_providers.gate.auth]`)}\n[features]\nx = true\n`,
    )
    expect(undone.outcomes).toEqual(['removed', 'removed'])
    expect(parse(undone.text ?? '')).toEqual({ ...parse(text), ...parse(trust), features: { x: true } })
    expect(undone.text).toContain(trust)
    expect(undone.text?.startsWith(text)).toBe(true)
  })

  it('comments inside, behind and above our lines stay', () => {
    const undone = roundTrip('[a]\n', [ROOT_KEY, TABLE], (applied) =>
      applied
        .replace('model_provider = "gate"', '# above\nmodel_provider = "gate" # beside')
        .replace('base_url', '# inside\nbase_url')
        .replace('[model_providers.gate]', '[model_providers.gate] # header'),
    )
    expect(undone.text).toBe(lines('# above', '# beside', '', '[a]', '# header', '# inside'))
  })

  it("a key that was added to our table makes the table the user's", () => {
    const between = (applied: string) => applied.replace('name = "gate"', 'name = "gate"\nmine = 1')
    const undone = roundTrip('', [ROOT_KEY, TABLE], between)
    expect(undone.outcomes).toEqual(['removed', 'kept-user-change'])
    expect(undone.text).toContain('mine = 1')
    const { text, owned } = apply('x = 1\n', [TABLE])
    expect(codec.undo(between(text), owned, { ...CONTEXT, force: true })).toEqual({
      text: 'x = 1\n',
      outcomes: ['removed'],
    })
  })

  it('works on every spelling that a client may have given our table', () => {
    const { owned } = apply('[other]\nx = 1\n', [ROOT_KEY, TABLE])
    const auth = 'command = "/g"\nargs = [\n  "--client", # c\n  "codex",\n]\n'
    for (const text of [
      `model_provider = 'gate'\nmodel_providers = { gate = { name = "gate", base_url = "https://gw/v1", auth = { command = "/g", args = ["--client", "codex"] } } }\n[other]\nx = 1\n`,
      `[other]\nx = 1\n[model_providers]\ngate.name = "gate"\ngate.base_url = "https://gw/v1"\n[model_providers.gate.auth]\n${auth}`,
      `model_providers.gate.name = "gate"\nmodel_provider = """gate"""\nmodel_providers.gate.base_url = 'https://gw/v1'\nmodel_providers.gate.auth.args = ["--client", "codex"]\nmodel_providers.gate.auth.command = "/g"\nother = { x = 1 }\n`,
      `[model_providers.gate.auth]\n${auth}[other]\nx = 1\n[model_providers.gate]\nname = "gate"\nbase_url = "https://gw/v1"\n[model_providers]\n`,
    ]) {
      const undone = codec.undo(text, owned, CONTEXT)
      expect(parse(undone.text ?? '')).toEqual({ other: { x: 1 } })
      expect(undone.outcomes[1]).toBe('removed')
    }
  })

  it('a parent that was there stays, even when only our key says that it is', () => {
    const { owned } = apply('[model_providers]\n', [TABLE])
    const undone = codec.undo(WRITTEN, owned, CONTEXT)
    expect(undone).toEqual({ text: '[model_providers]\n', outcomes: ['removed'] })
    const inline = apply('a = { b = {} }\n', [toml(['a', 'b', 'c'], 1)])
    expect(codec.undo('a = { b.c = 1 }\n', inline.owned, CONTEXT).text).toBe('a = { b = {} }\n')
  })

  const appended = (applied: string) => `${applied}# user\n`

  it('takes a header along that was written for a table which only its sub-tables had named', () => {
    const edits = [toml(['t', 'k'], 'A')]
    const text = '[t.b]\nx = 1\n'
    expect(roundTrip(text, edits, appended)).toEqual({ text: `${text}# user\n`, outcomes: ['removed'] })
    expect(roundTrip(text, edits, (applied) => applied.replace('[t]', '[t] # mine')).text).toBe(`${text}[t] # mine\n`)
    expect(roundTrip(text, edits, (applied) => `${applied}mine = 1\n`).text).toBe(`${text}[t]\nmine = 1\n`)
    expect(roundTrip(text, edits, () => '[t]\nk = "A"\n').text).toBe('')
    expect(roundTrip(text, edits, () => '[t]\nb = { x = 1 }\nk = "A"\n').text).toBe('[t]\nb = { x = 1 }\n')
    expect(roundTrip(text, edits, () => 't = { k = "A", b.x = 1 }\n').text).toBe('t = { b.x = 1 }\n')
    const header = '[t]\n\n[t.b]\nx = 1\n'
    expect(roundTrip(header, edits, appended).text).toBe(`${header}# user\n`)
  })

  it('puts tables back as they were written where a single key took their place, comments included', () => {
    const edits = [toml(['t'], 'off')]
    const table = '[t]\n# keep me\nx = 1 # why\n'
    expect(apply(table, edits).text).toBe('t = "off"\n')
    expect(roundTrip(table, edits, appended)).toEqual({ text: `${table}# user\n`, outcomes: ['restored'] })
    const two = '[t]\nx = 1 # why\n\n[t.b]\n# keep me\ny = 2\n'
    expect(roundTrip(two, edits, appended).text).toBe(`${two}# user\n`)
    const deeper = '[a]\ny = 2\n\n[a.t] # table\nx = 1\n'
    expect(roundTrip(deeper, [toml(['a', 't'], 1)], appended).text).toBe(`${deeper}# user\n`)
    const middle = '[a]\ny = 2\n\n[a.t]\n# mine\nx = 1\n\n# z\n[z]\n'
    expect(roundTrip(middle, [toml(['a', 't'], 1)], appended).text).toBe(`${middle}# user\n`)
    expect(roundTrip(table, edits, () => '[z]\r\nt = 0\r\n').outcomes).toEqual(['already-gone'])
    expect(roundTrip(table, edits, () => 't = "off"\r\n').text).toBe(table.replaceAll('\n', '\r\n'))
  })

  it('puts tables back as far apart as they were, line ends included', () => {
    const edits = [toml(['t'], { k: 1 })]
    const text = 'y = 1\r\n[t]\r\n[t.b]\n\tx = 1\r\n\r\n\r\n[t.c]\r\n\r\n[z]\r\n'
    expect(roundTrip(text, edits, appended).text).toBe(`${text}# user\n`)
    const apart = '[t]\n[z]\n[t.b]\n'
    expect(roundTrip(apart, edits, appended).text).toBe('[t]\n\n[t.b]\n[z]\n# user\n')
  })

  it('puts tables back at the end where keys of others would fall into them', () => {
    const edits = [toml(['t'], 'off')]
    const table = '[t]\n# keep me\nx = 1 # why\n'
    expect(roundTrip(table, edits, (applied) => `${applied}mine = 1\n`).text).toBe(`mine = 1\n\n${table}`)
    const between = (applied: string) => `${applied}mine = 1\n\n[z] # last`
    expect(roundTrip(table, edits, between).text).toBe(`mine = 1\n\n[z] # last\n\n${table.trimEnd()}`)
    expect(roundTrip(`y = 1\n\n${table}`, edits, (applied) => applied.replace('"off"', '"off" # mine')).text).toBe(
      `y = 1\n# mine\n\n${table}`,
    )
    const inline = '[a.t]\nx = 1\n'
    expect(roundTrip(inline, [toml(['a', 't'], 1)], () => 'a = { t = 1, z = 2 }\n').text).toBe(
      'a = { t = { x = 1 }, z = 2 }\n',
    )
  })

  it('an empty array of the user where ours was a table stays', () => {
    const { owned } = apply('x = 1\n', [toml(['t', 'k'], 'A')])
    const mine = 'x = 1\nt = []\n'
    expect(codec.undo(mine, owned, CONTEXT)).toEqual({ text: mine, outcomes: ['already-gone'] })
  })

  it('restores a value in its own spelling', () => {
    const text = 'model_provider = """\\\n  mine"""\nn = 0x10 # hex\nd = 1979-05-27\n'
    const edits = [ROOT_KEY, toml(['n'], 1), toml(['d'], 'x')]
    const undone = roundTrip(text, edits, (applied) => `# new\n${applied}`)
    expect(undone).toEqual({ text: `# new\n${text}`, outcomes: ['restored', 'restored', 'restored'] })
  })

  it('leaves nothing of a document that was absent, and a comment that somebody put into it', () => {
    expect(roundTrip(undefined, [ROOT_KEY, TABLE]).text).toBe(undefined)
    expect(roundTrip('', [ROOT_KEY, TABLE]).text).toBe(undefined)
    expect(roundTrip(undefined, [ROOT_KEY, TABLE], (text) => `# mine\n${text}`).text).toBe('# mine\n')
    expect(roundTrip(undefined, [ROOT_KEY, TABLE], () => '').outcomes).toEqual(['already-gone', 'already-gone'])
  })

  it.each(['\uFEFF', '\n', '\uFEFF\r\n', '\n \n', '\n\n', '  '])('leaves a blank document as it was: %j', (text) => {
    expect(roundTrip(text, [ROOT_KEY, TABLE])).toEqual({ text, outcomes: ['removed', 'removed'] })
    expect(roundTrip(text, [TABLE, ROOT_KEY]).text).toBe(text)
    expect(roundTrip(text, [ROOT_KEY, TABLE], () => '').text).toBe(undefined)
    expect(roundTrip(text, [ROOT_KEY, TABLE], () => ' \n').text).toBe(' \n')
  })

  it('takes the blank lines along that were added, and no others', () => {
    for (const text of ['[a]\n', '[a]', 'x = 1\n', '# c\n\n[a]\nb = 1\n\n\n', '\n[a]\n']) {
      expect(roundTrip(text, [ROOT_KEY, TABLE]).text).toBe(text)
    }
  })

  it.each([
    ['root keys', '[t]\nx = 1\n', toml(['k'], 1), toml(['m'], 2)],
    ['root keys without a table', '# c\n', toml(['k'], 1), toml(['m'], 2)],
    ['keys of one new table', 'x = 1\n', toml(['t', 'k'], 1), toml(['t', 'm'], 2)],
    ['two new tables', 'x = 1', toml(['t', 'k'], 1), toml(['u', 'm'], 2)],
    ['a table, then a root key in front of it', '# c\n', TABLE, ROOT_KEY],
    ['a root key in front of a table, then a table', '[t]\nx = 1\n', ROOT_KEY, TABLE],
    ['lines with an end of their own', 'x = 1\r\ny = 2\r\nz = 3\n\r\n[t]\r\n', ROOT_KEY, toml(['m'], 2)],
    ['a key under a header with an end of its own', '[t]\n\r\n[u]\r\nx = 1\r\n', toml(['t', 'k'], 1), TABLE],
  ])('what a second client adds beside ours leaves no blank line behind: %s', (_name, text, one, two) => {
    const first = apply(text, [one])
    const second = apply(first.text, [two])
    const left = codec.undo(second.text, first.owned, CONTEXT)
    expect(left.outcomes).toEqual(['removed'])
    const owned = second.owned.map((own) => ({ ...own, before: { ...own.before, ...parentsMadeFor(one, two) } }))
    expect(codec.undo(left.text ?? '', owned, CONTEXT).text).toBe(text)
  })

  it('TOML 1.1 inline tables over several lines keep their commas right', () => {
    const text = 'a = {\n  b = 1, # one\n  c = 2,\n}\n'
    expect(roundTrip(text, [toml(['a', 'd'], 3)]).text).toBe(text)
    const { owned } = apply('a = {}\n', [toml(['a', 'b'], 1)])
    expect(codec.undo(text, owned, CONTEXT).text).toBe('a = {\n  # one\n  c = 2,\n}\n')
  })
})
