import { installPlugin } from '../../../../sdk/test/harness/foreign-plugin.js'
import { ASKED_PLUGIN } from '../../harness/asked-plugin.js'
import type { Scene } from '../scene.js'

const CONFIRMS = { kind: 'confirms', program: 'asked' }
const DENIES = {
  kind: 'denies',
  program: 'asked',
  about: 'elsewhere',
  reasons: [
    {
      code: 'uses-another',
      severity: 'error',
      message: 'It uses another endpoint.',
      fix: { action: 'advice', text: 'Take that away.' },
    },
  ],
}
const REFUSES = {
  kind: 'denies',
  program: 'asked',
  about: 'file',
  reasons: [
    { code: 'own', severity: 'error', message: 'invalid value: "x"', place: { file: '/home/asked.json', line: 3 } },
  ],
}

/** A client that says itself what it uses. */
export const ASKING: readonly Scene[] = [
  {
    name: 'asked',
    clients: [],
    async play({ machine, record, run, connection }) {
      const answers = (answer: unknown) => machine.write('answer.json', JSON.stringify(answer))
      /** Something that counts, so that the client is asked again. */
      const changeLayer = (text: string) => machine.write('layer.json', text)
      const directory = await installPlugin(machine.home, 'asked', ASKED_PLUGIN)
      await run(['plugins', 'add', directory])
      await machine.write('asked.json', '{\n  "theme": "x" // mine\n}\n')
      await answers(REFUSES)
      await record('setup of a client that refuses its file', ['setup', ...connection])
      await answers(CONFIRMS)
      await record('setup', ['setup'])
      await record('status', ['status', 'asked'])
      await record('status without asking', ['status', 'asked', '--no-ask'])
      await record('doctor', ['doctor'])
      await answers(DENIES)
      await changeLayer('{}')
      await record('status of a client that uses something else', ['status', 'asked'])
      await record('setup of a client that uses something else', ['setup'])
      await answers(REFUSES)
      await changeLayer('[]')
      await record('status of a client that refuses its file', ['status', 'asked', '--exit-code'])
      await answers('throw')
      await changeLayer('1')
      await record('status of a client without words', ['status', 'asked'])
      await record('remove the plugin', ['plugins', 'remove', 'gate-client-asked'])
      await record('remove the plugin with teardown', ['plugins', 'remove', 'gate-client-asked', '--teardown'])
      await record('status of a client that is gone', ['status', 'asked'])
    },
  },
]
