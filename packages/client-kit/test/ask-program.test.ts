import { describe, expect, test } from 'vitest'
import { askEnvironment } from '../src/program/ask-program.js'

describe('the environment that a client is asked in', () => {
  test.each([
    ['GATE_TOKEN'],
    ['GATE_SECRET_STORE_PASSPHRASE'],
    ['GATE_HOME'],
    ['GITHUB_TOKEN'],
    ['AWS_SECRET_ACCESS_KEY'],
    ['OPENAI_API_KEY'],
    ['DB_PASSWORD'],
    ['NPM_CONFIG__AUTH'],
    ['NODE_OPTIONS'],
    ['node_options'],
  ])('leaves out %s', (name) => {
    expect(askEnvironment({ [name]: 'canary', PATH: '/bin' })).toEqual({ PATH: '/bin' })
  })

  test('passes what counts: a plain value as it is, a credential by its presence alone', () => {
    const env = { CLAUDE_CODE_HOST_AUTH_ENV_VAR: 'X', ANTHROPIC_API_KEY: 'canary', ANTHROPIC_AUTH_TOKEN: '' }
    const asked = askEnvironment(env, {
      plain: ['CLAUDE_CODE_HOST_AUTH_ENV_VAR'],
      present: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'],
    })
    expect(asked).toMatchObject({ CLAUDE_CODE_HOST_AUTH_ENV_VAR: 'X', ANTHROPIC_AUTH_TOKEN: '' })
    expect(asked.ANTHROPIC_API_KEY).not.toBe('')
    expect(JSON.stringify(asked)).not.toContain('canary')
  })

  test('takes passwords out of URLs, and leaves the rest of them', () => {
    const asked = askEnvironment({
      HTTPS_PROXY: 'http://me:canary@proxy.example:3128',
      ANTHROPIC_BASE_URL: 'https://a/b',
    })
    expect(asked.HTTPS_PROXY).toMatch(/^http:\/\/me:[^@]+@proxy\.example:3128$/)
    expect(asked.ANTHROPIC_BASE_URL).toBe('https://a/b')
    expect(JSON.stringify(asked)).not.toContain('canary')
  })
})
