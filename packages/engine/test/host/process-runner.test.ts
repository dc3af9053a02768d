import { expect, test } from 'vitest'
import { createProcessRunner } from '../../src/host/process-runner.js'

const onWindows = createProcessRunner({ env: {}, cwd: undefined, platform: 'win32' })

test.each([
  'rundll32.exe',
  'cmd',
  '.\\rundll32.exe',
  '..\\x.exe',
  'bin\\x.exe',
  'C:x.exe',
  '\\Windows\\x.exe',
  '/Windows/x.exe',
  '',
])('R3 on Windows %j is not started: it would be looked up in the working directory', async (command) => {
  await expect(onWindows.run(command, [])).rejects.toMatchObject({ code: 'ENOENT', message: /no full path/ })
  await expect(onWindows.launch(command, [])).rejects.toMatchObject({ code: 'ENOENT', message: /no full path/ })
})

test.each(['C:\\gone\\x.exe', 'c:/gone/x.exe', '\\\\server\\gone\\x.exe', '\\\\?\\C:\\gone\\x.exe'])(
  'on Windows %s is a full path, which is tried',
  async (command) => {
    await expect(onWindows.run(command, [])).rejects.not.toThrow(/no full path/)
  },
)
