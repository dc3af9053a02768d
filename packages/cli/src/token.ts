import { readFileSync } from 'node:fs'
import { runTokenCommand } from '@gate/sdk/token-command'
import { actionText } from './print/action.js'

// `gate token` and `gate --version` without the command framework: clients run the former for every request, so this is
// one file.
if (process.argv[2] === '--version') {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  process.stdout.write(`@gate/cli/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
} else {
  runTokenCommand(process.argv.slice(3), () => import('./run-token.js'), actionText)
}
