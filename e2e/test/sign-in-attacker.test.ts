import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runProcess } from '../harness/run-process.ts'
import { setUp } from '../harness/sign-in/helper-calls.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

// `nobody` of every Debian: a second user of the system, whom only root can become.
const STRANGER = 65534

/** Reads the address from the command line of the victim's browser and signs in there as somebody else. */
const ATTACK = `
const { readFileSync } = require('node:fs')
const { request } = require('node:http')
const get = (url, cookie) => new Promise((resolve, reject) => {
  request(url, { headers: { cookie } }, (answer) => {
    let body = ''
    answer.on('data', (chunk) => { body += chunk }).on('end', () => resolve({
      status: answer.statusCode, location: answer.headers.location, cookies: answer.headers['set-cookie'] ?? [], body,
    }))
  }).on('error', reject).end()
})
const [pid] = process.argv.slice(1)
const seen = readFileSync('/proc/' + pid + '/cmdline', 'latin1').split('\\0').find((word) => /^http:/.test(word))
const jar = new Map()
let url = seen
const way = []
;(async () => {
  for (let hop = 0; hop < 12 && url; hop++) {
    const answer = await get(url, [...jar.values()].join('; '))
    for (const line of answer.cookies) jar.set(line.split('=')[0], line.split(';')[0])
    way.push(answer.status)
    url = answer.location && new URL(answer.location, url).href
  }
  console.log(JSON.stringify({ uid: process.getuid(), seen, way }))
})().catch((error) => { console.log(JSON.stringify({ error: String(error), way })) })
`

describe('R4 another user of the machine who reads the command line of the browser', () => {
  let gateway: DevGateway
  let home: ThrowawayHome
  beforeEach(async () => {
    gateway = await startDevGateway()
    home = await createHome({ gateway, clients: 'stub' })
    await setUp(home, ['--lazy'])
  })
  afterEach(async () => {
    await gateway.stop()
    await home.remove()
  })

  /** A browser that stays, as real ones do, and opens nothing. */
  const waitingBrowser = () =>
    home.write('bin/waiting-browser', `#!/bin/sh\necho $$ >'${join(home.root, 'pid')}'\nsleep 60\n`, 0o755)
  const pidOfBrowser = async () => {
    for (;;) {
      const pid = (await readFile(join(home.root, 'pid'), 'utf8').catch(() => '')).trim()
      if (pid !== '') return pid
      await new Promise((done) => setTimeout(done, 50))
    }
  }
  const attack = async (pid: string) => {
    const asStranger = process.getuid?.() === 0
    // Without root the same user attacks, and only the second opening of the address shows.
    const [command, args] = asStranger
      ? ['setpriv', ['--reuid', String(STRANGER), '--clear-groups', process.execPath, '-e', ATTACK, pid]]
      : [process.execPath, ['-e', ATTACK, pid]]
    const { stdout } = await runProcess(command as string, args as string[], {
      env: { PATH: '/usr/bin:/bin' },
      cwd: '/',
    })
    return { asStranger, ...(JSON.parse(stdout) as { seen: string; way: number[] }) }
  }

  it('first: is refused, and the login of the person goes on', async () => {
    const finished = home.gate(['login'], { env: { BROWSER: await waitingBrowser() } })
    const { asStranger, seen, way } = await attack(await pidOfBrowser())
    expect(seen).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/start\/[\w-]{22}$/)
    if (asStranger) expect(way).toEqual([403])
    const visit = await gateway.visit(seen)
    const result = await finished
    if (asStranger) {
      expect(visit.body).toContain('You are signed in')
      expect(result, result.stderr).toMatchObject({ code: 0 })
    }
    expect(gateway.counters.logins).toBe(1)
  })

  it('second: is refused, whatever is known of the request', async () => {
    gateway.set({ consent: 'manual' })
    const finished = home.gate(['login'], { env: { BROWSER: await waitingBrowser() } })
    const pid = await pidOfBrowser()
    const seen =
      (await readFile(`/proc/${pid}/cmdline`, 'latin1')).split('\0').find((word) => word.startsWith('http:')) ?? ''
    const opened = await fetch(seen, { redirect: 'manual' })
    expect(opened.status).toBe(302)
    const { asStranger, way } = await attack(pid)
    expect(way).toEqual([asStranger ? 403 : 410])
    if (asStranger) {
      // The person goes on in the browser that came first.
      const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      const again = await fetch(seen, { redirect: 'manual', headers: { cookie } })
      expect(again.headers.get('location')).toBe(opened.headers.get('location'))
      // Anybody else's browser ends it.
      expect((await fetch(seen, { redirect: 'manual' })).status).toBe(410)
    }
    const result = await finished
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toContain('a second time')
    expect(gateway.counters.logins).toBe(0)
  })
})
