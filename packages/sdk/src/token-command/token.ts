import { runTokenCommand } from './run-token-command.js'

// What the helper of a program with `@gate/sdk` starts: `node token.js token --profile … --gateway-url …`.
runTokenCommand(process.argv.slice(3), () => import('./long-way.js'))
