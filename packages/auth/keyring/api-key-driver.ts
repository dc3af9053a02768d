// One process that keeps, reads or deletes an API key in the OS keychain. Started with `node api-key-driver.ts <command>`.
import { createAuth } from '@gate/auth'
import { Secret } from '@gate/core'
import { createNodeHost } from '@gate/engine/host'

const [, , command, length = '0'] = process.argv
const auth = createAuth(createNodeHost(), {
  profileName: 'default',
  profile: { gatewayUrl: 'https://gateway.example', auth: { kind: 'api-key' } },
  secretStore: 'keychain',
})
try {
  if (command === 'store') await auth.storeApiKey(new Secret('k'.repeat(Number(length))))
  if (command === 'delete') await auth.logout()
  const { state, reasons } = await auth.state()
  const found = await auth.accessToken({ interaction: 'never' }).then(
    ({ token }) => token.reveal().length,
    (error: { code: string }) => error.code,
  )
  console.log(JSON.stringify({ state, reasons: reasons.map(({ code }) => code), found }))
} catch (error) {
  console.log(JSON.stringify({ error: (error as { code?: string }).code ?? String(error) }))
}
process.exit(0)
