// Takes a lock, says so, and keeps it until its stdin ends; then looks whether it still has it.
// Arguments: home directory, GATE_HOME, lock name. Runs the built package, as every process of gate does.
import { once } from 'node:events'
import { createNodeHost } from '../../../dist/host.js'
import { withLock } from '../../../dist/index.js'

const [home, gateHome, name] = process.argv.slice(2)
const host = createNodeHost({ env: { HOME: home, GATE_HOME: gateHome } })
await withLock(host, name, async (lock) => {
  process.stdout.write('held\n')
  process.stdin.resume()
  await once(process.stdin, 'end')
  await lock.assertHeld()
}).then(
  () => process.stdout.write('kept\n'),
  (error) => process.stdout.write(`${error.code}\n`),
)
