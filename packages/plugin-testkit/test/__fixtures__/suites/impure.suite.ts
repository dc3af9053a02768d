import { defineClient } from '@gate/core'
import { honest, suiteOf } from './example-client.js'

// Its plan depends on when it is made.
const definition: typeof honest = {
  ...honest,
  plan(host, connection, detection) {
    const plan = honest.plan(host, connection, detection)
    const [first, ...rest] = plan.edits
    return { ...plan, edits: first ? [first, ...rest, stamp(first.file, host.clock.now())] : [] }
  },
}

function stamp(file: string, at: number) {
  return { kind: 'json' as const, dialect: 'strict' as const, file, path: ['llm', 'at'] as const, value: at }
}

suiteOf(defineClient(definition), { plan: definition.plan })
