import { createTestHost, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import codex from '../src/index.js'
import { installations } from './installations.js'

const CONFIG = '/home/user/.codex/config.toml'

describe('what the user does between two commands', () => {
  it('a model picked in Codex stays when the next connection names none for it', async () => {
    const before = 'model = "before-gate"\n'
    await using host = await createTestHost({
      files: { ...installations.linux.files, '~/.codex/config.toml': before },
    })
    await codex.configure(host, testConnection('linux', { models: [{ id: 'gpt-a' }] }))
    const text = await host.fs.readFile(CONFIG, 'utf8')
    await host.fs.writeFile(CONFIG, text.replace('gpt-a', 'picked-by-user'))
    const { notes } = await codex.configure(host, testConnection('linux', { models: [{ id: 'claude-x' }] }))
    expect(notes).toContainEqual(expect.objectContaining({ message: expect.stringContaining('`model`') }))
    await codex.revert(host)
    expect(await host.fs.readFile(CONFIG, 'utf8')).toBe('model = "picked-by-user"\n')
  })

  it('a configuration that gate made, moved into a repository and linked: setup works again after teardown', async () => {
    await using host = await createTestHost({ files: { ...installations.linux.files, '~/dotfiles/README': '' } })
    const connection = testConnection('linux')
    await codex.configure(host, connection)
    await host.fs.rename(CONFIG, '/home/user/dotfiles/config.toml')
    await host.fs.symlink('../dotfiles/config.toml', CONFIG)
    await codex.revert(host)
    expect(await host.fs.readdir('/home/user/dotfiles')).toEqual(['README'])
    expect(await codex.configure(host, connection)).toMatchObject({ result: 'configured' })
  })
})
