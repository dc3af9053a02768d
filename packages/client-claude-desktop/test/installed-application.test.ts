import { mkdirSync, writeFileSync } from 'node:fs'
import type { Host } from '@gate/core'
import { build } from 'plist'
import { expect, it } from 'vitest'
import { debianPackageVersion, macApplication } from '../src/installed-application.js'
import { createRealMachine, removeMachinesAfterEach } from './real-machine.js'

removeMachinesAfterEach()

it('an application of macOS is known by its identifier, not by its name', async () => {
  const machine = createRealMachine()
  const location = machine.path('Applications', 'Example.app')
  const look = () => macApplication(machine.host, 'Example.app', 'com.example.app')
  const info = (values: object) => writeFileSync(`${location}/Contents/Info.plist`, build(values as never))
  expect(await look()).toBeUndefined()
  mkdirSync(`${location}/Contents`, { recursive: true })
  info({ CFBundleIdentifier: 'org.other', CFBundleShortVersionString: '1' })
  expect(await look()).toBeUndefined()
  info({ CFBundleIdentifier: 'com.example.app', CFBundleShortVersionString: '1.2.3' })
  expect(await look()).toEqual({ location, version: '1.2.3' })
  info({ CFBundleIdentifier: 'com.example.app', CFBundleShortVersionString: 7 })
  expect(await look()).toEqual({ location })
})

const STATUS = `Package: example-tools
Status: install ok installed
Version: 9.9.9

Package: example
Status: install ok installed
Version: 1:1.2.3-4~deb12

Package: gone
Status: deinstall ok config-files
Version: 2.0.0
`

it.each([
  ['example', '1.2.3'],
  ['gone', undefined],
  ['exampl.', undefined],
  ['none', undefined],
])('the version of the Debian package %s is %s', async (name, version) => {
  const { host } = createRealMachine()
  const readFile = (async () => STATUS) as unknown as Host['fs']['readFile']
  expect(await debianPackageVersion({ ...host, fs: { ...host.fs, readFile } }, name)).toBe(version)
})
