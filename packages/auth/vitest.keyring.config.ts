import { defineConfig } from 'vitest/config'
import { reporters } from '../../vitest.reporters.ts'

/** The secret store on a real gnome-keyring: needs the Debian packages dbus, gnome-keyring and libsecret-1-0. */
export default defineConfig({
  root: import.meta.dirname,
  test: { name: 'keyring', include: ['keyring/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, ...reporters },
})
