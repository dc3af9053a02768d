import { withSecretLock } from './grant/secret-lock.js'
import { readSignInRecord, writeSignInRecord } from './grant/sign-in-record.js'
import { grantLock, type SignIn } from './sign-in.js'

/** Lets helpers begin a login again although somebody signed out. */
export async function allowSignIn({ host, binding, identity }: SignIn): Promise<void> {
  const { profile } = binding
  // Mostly there is nothing to do, and then nothing is written.
  if (!(await readSignInRecord(host, profile, identity)).signedOut) return
  await withSecretLock(host, grantLock(profile), async () => {
    const { signedOut: _over, ...record } = await readSignInRecord(host, profile, identity)
    await writeSignInRecord(host, profile, record)
  })
}
