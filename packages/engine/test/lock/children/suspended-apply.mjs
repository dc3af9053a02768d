// Applies a plan and stops itself (SIGSTOP) just before the first file of a client is replaced.
// Arguments: home directory, GATE_HOME, plan as JSON.
import * as fs from 'node:fs/promises'
import { createNodeHost } from '../../../dist/host.js'

const [home, gateHome, plan] = process.argv.slice(2)
const rename = async (from, to) => {
  if (String(to).startsWith(home)) {
    process.stdout.write('stopping\n')
    process.kill(process.pid, 'SIGSTOP')
    // The signal takes effect when this process is scheduled next; the turn of the loop makes that now.
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return fs.rename(from, to)
}
const host = createNodeHost({ env: { HOME: home, GATE_HOME: gateHome }, fs: { ...fs, rename } })
await host.engine.apply(JSON.parse(plan), { profile: 'p' }).then(
  ({ result }) => process.stdout.write(`${result}\n`),
  (error) => process.stdout.write(`${error.code}\n`),
)
