import type { Action } from '@gate/core'
import { runTokenCommand } from './run-token-command.js'

// What the helper of a program with `@gate/sdk` starts: `node token.js token --profile … --gateway-url …`.
// A program that embeds gate has no commands to name.
const describe = (fix: Action) => (fix.action === 'advice' && fix.actions === undefined ? fix.text : '')

runTokenCommand(process.argv.slice(3), () => import('./long-way.js'), describe)
