import { startDevGateway } from '@gate/dev-gateway'
import { expect, it } from 'vitest'
import { opencodeSchemas, piSchemas } from '../harness/client-schemas.ts'
import { createHome } from '../harness/throwaway-home.ts'

// `vitest run -u` takes the schemas of a new version over; what a client knows and gate does not is then in the diff.
const PACKAGES = '../../packages'

it("gate holds OpenCode's configuration against the schemas of the installed version", async () => {
  const gateway = await startDevGateway()
  const home = await createHome({ gateway, clients: 'stub' })
  try {
    await expect(await opencodeSchemas(home)).toMatchFileSnapshot(`${PACKAGES}/client-opencode/src/config-schema.json`)
  } finally {
    await home.remove()
    await gateway.stop()
  }
})

it("gate holds pi's models.json against the schemas of the installed version", async () => {
  await expect(await piSchemas()).toMatchFileSnapshot(`${PACKAGES}/client-pi/src/models-schema.json`)
})
