import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Chromium, startChromium } from '../harness/sign-in/chromium.ts'
import { callHelper, sameToken, setUp } from '../harness/sign-in/helper-calls.ts'
import { type RecordingBrowser, recordingBrowser } from '../harness/sign-in/recording-browser.ts'
import { DEVICE_PROMPT, shownText } from '../harness/sign-in/shown-text.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

describe('a person in Chromium on the pages of the provider', () => {
  let chromium: Chromium
  let gateway: DevGateway
  let home: ThrowawayHome
  let browser: RecordingBrowser
  beforeAll(async () => {
    chromium = await startChromium()
  })
  afterAll(() => chromium.close())
  beforeEach(async () => {
    gateway = await startDevGateway({ consent: 'manual', deviceInterval: 1 })
    home = await createHome({ gateway, clients: 'stub' })
    browser = await recordingBrowser(home)
    await setUp(home, ['--lazy'])
  })
  afterEach(async () => {
    await gateway.stop()
    await home.remove()
  })

  const login = (...args: string[]) => home.gate(['login', ...args], { env: { BROWSER: browser.path } })
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
  const headline = (page: Page) => page.getByRole('heading', { level: 1 }).textContent()
  const open = async (url: string) => {
    const page = await chromium.newPage()
    const complaints: string[] = []
    page.on('console', (message) => /Content.Security.Policy/.test(message.text()) && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(url)
    return { page, complaints }
  }
  const giveName = async (page: Page) => {
    await page.getByLabel('User name').fill('ada')
    await press(page, 'Sign in')
  }
  /** Nothing of the answer stays where people look, copy and share: the address and the page. */
  const expectCleanCallback = (page: Page) => {
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  }

  it('signs in and consents; the page says so, the address holds no code, and the helper has a token', async () => {
    const finished = login()
    const { page, complaints } = await open(await browser.firstUrl())
    await giveName(page)
    expect(await headline(page)).toBe('Allow access?')
    await press(page, 'Allow')
    await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/callback/)
    expect(await page.title()).toBe('gate: You are signed in')
    expect(await headline(page)).toBe('You are signed in')
    expect(await page.getByRole('paragraph').allTextContents()).toEqual(['You can close this window.'])
    expectCleanCallback(page)
    expect(complaints).toEqual([])

    const result = await finished
    expect(result, result.stderr).toMatchObject({ code: 0 })
    expect(result.stdout).toContain('ada')
    expect(await browser.urls()).toHaveLength(1)
    sameToken([await callHelper(home)])
    expect(gateway.counters).toMatchObject({ authorizationRequests: 1, tokenRequests: 1, logins: 1 })
  })

  it('A11 says no; the page and the command say so, and no token comes of it', async () => {
    const finished = login()
    const { page } = await open(await browser.firstUrl())
    await giveName(page)
    await press(page, 'Deny')
    await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/callback/)
    expect(await page.title()).toBe('gate: The sign-in did not work')
    expect(await page.locator('body').textContent()).toContain('The sign-in was denied')
    expectCleanCallback(page)

    expect(await finished).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('denied') })
    expect(gateway.counters).toMatchObject({ tokenRequests: 0, logins: 0 })
  })

  it('S126 A8 a hostile page in the same browser cannot end the login, and its text is shown as text', async () => {
    const finished = login()
    const url = new URL(await browser.firstUrl())
    const forged = await open(`${url.origin}/callback?state=guessed&error=<img src=x onerror=alert(1)>`)
    expect(await forged.page.title()).toBe('gate: Not this sign-in')
    expect(await forged.page.locator('img').count()).toBe(0)

    const { page } = await open(url.href)
    await giveName(page)
    await press(page, 'Allow')
    await page.waitForURL(/\/callback/)
    expect(await headline(page)).toBe('You are signed in')
    expect(await finished).toMatchObject({ code: 0 })
  })

  it('signs in with a device code on the verification page', async () => {
    const shown = shownText(DEVICE_PROMPT)
    const finished = home.gate(['login', '--device'], { env: { BROWSER: browser.path }, onStderr: shown.onStderr })
    const { address = '', code = '' } = (await shown.found).groups ?? {}
    const { page } = await open(address)
    // The person compares it with what the terminal shows.
    expect(await page.locator('code').textContent()).toBe(code)
    await press(page, 'Continue')
    await giveName(page)
    await press(page, 'Allow')
    await page.waitForURL(/\/device/)
    expect(await headline(page)).toBe('Device connected')

    const result = await finished
    expect(result, result.stderr).toMatchObject({ code: 0 })
    expect(result.stdout).toContain('ada')
    expect(await browser.urls()).toEqual([])
    sameToken([await callHelper(home)])
    expect(gateway.counters).toMatchObject({ deviceAuthorizationRequests: 1, logins: 1 })
  })

  it('A11 says no to a device code', async () => {
    const shown = shownText(DEVICE_PROMPT)
    const finished = home.gate(['login', '--device'], { onStderr: shown.onStderr })
    const { page } = await open((await shown.found).groups?.address ?? '')
    await press(page, 'Cancel')
    expect(await finished).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('denied') })
  })
})
