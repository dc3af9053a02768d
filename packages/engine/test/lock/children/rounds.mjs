// Sets up and tears down, again and again, or is a client that adds keys of its own to the same file.
// Arguments: home directory, GATE_HOME, rounds, then `gate` and a plan as JSON, or `client`, a file and a name.
import * as fs from 'node:fs/promises'
import { createNodeHost } from '../../../dist/host.js'

const [home, gateHome, rounds, role, subject, name] = process.argv.slice(2)
if (role === 'gate') {
  const plan = JSON.parse(subject)
  const host = createNodeHost({ env: { HOME: home, GATE_HOME: gateHome } })
  for (let round = 0; round < Number(rounds); round++) {
    await host.engine.apply(plan, { profile: 'p' })
    await host.engine.revert(plan.clientId)
  }
  await host.engine.apply(plan, { profile: 'p' })
} else {
  for (let round = 0; round < Number(rounds); round++) {
    const value = JSON.parse(await fs.readFile(subject, 'utf8'))
    value[`${name}${round}`] = round
    await fs.writeFile(`${subject}.${name}`, JSON.stringify(value, null, 2))
    await fs.rename(`${subject}.${name}`, subject)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
