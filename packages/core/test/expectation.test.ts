import { describe, expect, it } from 'vitest'
import { type Expected, firstViolation } from '../src/expectation.js'

const EXPECTED: readonly Expected[] = [
  { path: ['mode'], types: ['string'], values: ['a', 'b'] },
  { path: ['line'], types: ['object'], requires: ['command'] },
  { path: ['days'], types: ['number'], range: { integer: true, least: 1, most: 9 } },
  { path: ['rate'], types: ['number', 'null'], range: { above: 0 } },
  { path: ['hooks', 'Pre', '*'], types: ['object'], requires: ['hooks'] },
  { path: ['hooks', 'Pre', '*', 'hooks', '*', 'type'], types: ['string'], values: ['command'] },
  { path: ['overrides', '*'], types: ['string'] },
]

describe('the first expectation that a document breaks', () => {
  it.each([
    ['{}'],
    ['{"mode":"a","line":{"command":1},"days":9,"rate":0.1,"overrides":{"x":"y"}}'],
    ['{"rate":null,"hooks":{"Pre":[{"hooks":[{"type":"command"},{}]}]}}'],
    ['{"hooks":{"Pre":"of another shape"}}'],
    ['{"hooks":5,"constructor":1}'],
  ])('is none in %s', (text) => expect(firstViolation(JSON.parse(text), EXPECTED)).toBeUndefined())

  it.each([
    ['{"mode":"c"}', 'mode', 'must be one of a, b'],
    ['{"mode":null}', 'mode', 'must be string, but is null'],
    ['{"line":{}}', 'line', 'must have `command`'],
    ['{"days":1.5}', 'days', 'must be a whole number'],
    ['{"days":0}', 'days', 'must be at least 1'],
    ['{"days":10}', 'days', 'must be at most 9'],
    ['{"rate":0}', 'rate', 'must be more than 0'],
    ['{"hooks":{"Pre":[{"hooks":[]},{}]}}', 'hooks.Pre.1', 'must have `hooks`'],
    ['{"hooks":{"Pre":[5]}}', 'hooks.Pre.0', 'must be object, but is number'],
    ['{"hooks":{"Pre":[{"hooks":[{"type":"x"}]}]}}', 'hooks.Pre.0.hooks.0.type', 'must be one of command'],
    ['{"overrides":{"x":"y","z":1}}', 'overrides.z', 'must be string, but is number'],
  ])('is told for %s', (text, path, message) => {
    const found = firstViolation(JSON.parse(text), EXPECTED)
    expect(found?.path.join('.')).toBe(path)
    expect(found?.message).toBe(`\`${path}\` ${message}`)
  })
})
