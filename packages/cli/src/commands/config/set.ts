import { advice, GateError, type Secret } from '@gate/core'
import { CONFIG_KEY_NAMES, configKey } from '@gate/sdk'
import { profileFlag } from '../../command-flags.js'
import { defineCommand, flag } from '../../define-command.js'
import { askNewPassphrase, canPrompt } from '../../print/prompt.js'

export default defineCommand({
  summary: 'Change one setting of the profile; an empty value means none.',
  description: `Settings: ${CONFIG_KEY_NAMES.join(', ')}. Clients follow at the next "gate setup".`,
  examples: [
    '<%= config.bin %> config set gateway-url https://llm.example.com',
    '<%= config.bin %> config set secret-store file',
  ],
  args: {
    key: { description: 'name of the setting', required: true },
    value: { description: 'new value', required: true },
  },
  flags: {
    profile: profileFlag,
    passphrase: flag({ description: 'with "secret-store file": protect the file with a new passphrase' }),
    'key-file': flag({
      description: 'with "secret-store file": protect the file with a key file, so that clients need no passphrase',
      exclusive: ['passphrase'],
    }),
  },
  async run({ args, flags }, line) {
    const { config } = line.openGate()
    if (flags.passphrase || flags['key-file']) {
      if (configKey(args.key).name !== 'secret-store' || args.value !== 'file') {
        throw new GateError({
          code: 'invalid-argument',
          message: '--passphrase and --key-file belong to "secret-store file"',
          fix: advice('gate config set secret-store file --passphrase'),
        })
      }
      await config.protectSecrets(flags.passphrase ? await newPassphrase(line.signal) : undefined, {
        profile: flags.profile,
      })
      return { key: args.key, value: 'file' }
    }
    const value = await config.set(args.key, args.value, { profile: flags.profile })
    return { key: args.key, value: value ?? null }
  },
})

/** @throws GateError `invalid-argument` where nobody can type one. */
async function newPassphrase(signal: AbortSignal): Promise<Secret> {
  const typed = canPrompt() ? await askNewPassphrase(signal) : undefined
  if (typed) return typed
  throw new GateError({
    code: 'invalid-argument',
    message: 'a new passphrase is asked for in a terminal, and none was given',
    fix: advice('gate config set secret-store file --key-file'),
  })
}
