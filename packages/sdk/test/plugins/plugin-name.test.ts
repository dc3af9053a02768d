import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPluginName, packageSpec } from '../../src/plugins/plugin-name.js'

test.each([
  ['gate-client-example', 'gate-client-example', undefined],
  ['gate-client-example@1.2.3-rc.1+build', 'gate-client-example', '1.2.3-rc.1+build'],
  ['@acme/gate-client-example', '@acme/gate-client-example', undefined],
  ['@acme/gate-client-example@latest', '@acme/gate-client-example', 'latest'],
])('%s', (text, name, version) => {
  expect(packageSpec(text)).toEqual({ name, version })
})

test.each([
  '',
  '--global',
  '-g',
  'gate-client-x@^1.0.0',
  'gate-client-x@file:../x',
  'gate-client-x@npm:other',
  'gate-client-x other',
  'gate-client-x\nother',
  'gate-client-x;reboot',
  'gate-client-$(reboot)',
  '../gate-client-x',
  '@acme/../gate-client-x',
  'git+ssh://host/gate-client-x',
  'https://host/gate-client-x.tgz',
  'Gate-Client-X',
  `gate-client-${'x'.repeat(210)}`,
])('%j is no package', (text) => {
  expect(packageSpec(text)).toBeUndefined()
})

test('property: only the three name patterns are plugins, whatever else is installed', () => {
  const segment = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,12}$/)
  fc.assert(
    fc.property(segment, segment, (scope, name) => {
      expect(isPluginName(`@gate/client-${name}`)).toBe(true)
      expect(isPluginName(`gate-client-${name}`)).toBe(true)
      expect(isPluginName(`@${scope}/gate-client-${name}`)).toBe(true)
      expect(isPluginName(`@${scope}/gate-client`)).toBe(true)
      expect(isPluginName(`x${name}`)).toBe(false)
      expect(isPluginName(`@${scope}/x${name}`)).toBe(false)
      expect(isPluginName(`@${scope}x/client-${name}`)).toBe(false)
    }),
  )
})

test('property: what is accepted holds nothing that a command line, a shell or a path would take for something else', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'ab0@/.-_~+:;$`&|<>()\'"\\ \n%^*?') })
  fc.assert(
    fc.property(hostile, (text) => {
      const spec = packageSpec(text)
      if (spec === undefined) return
      expect(text).toMatch(/^[A-Za-z0-9@/._~+-]+$/)
      expect(text.startsWith('-')).toBe(false)
      expect(spec.name.split('/').length).toBeLessThanOrEqual(spec.name.startsWith('@') ? 2 : 1)
      expect(spec.name.split('/')).not.toContain('..')
    }),
    { numRuns: 2_000 },
  )
})
