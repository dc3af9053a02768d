import { Secret } from '@gate/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ownWords } from '../../src/gateway/own-words.js'

const words = (body: string, headers: Record<string, string> = {}, token?: string) =>
  ownWords({ headers, body }, token === undefined ? undefined : new Secret(token))

test.each([
  ['{"type":"error","error":{"type":"authentication_error","message":"invalid token"}}', 'invalid token'],
  ['{"error":{"message":"no such key","code":"invalid_api_key"}}', 'no such key'],
  ['{"error":"invalid_token","error_description":"it expired"}', 'invalid_token'],
  ['{"message":"no Route matched with those values"}', 'no Route matched with those values'],
  ['{"detail":"Not Found"}', 'Not Found'],
  ['{"detail":[{"loc":["body","model"],"msg":"field required"}]}', 'field required'],
  ['{"title":"Forbidden","status":403}', 'Forbidden'],
  ['{"errors":[{"message":"first"},{"message":"second"}]}', 'first'],
  ['not found\nsecond line', 'not found'],
  ['<!doctype html><html><head><title>Sign in\n to Corp</title></head></html>', 'Sign in to Corp'],
  ['<html><body>no title</body></html>', undefined],
  ['', undefined],
  ['{}', undefined],
  ['[]', undefined],
  ['\u001b[31mred\u001b[0m \u202edrow\u0007', '[31mred [0m drow'],
])('%j says %j', (body, expected) => {
  expect(words(body)).toBe(expected)
})

test('what is long is cut', () => {
  expect(words('very '.repeat(500))?.length).toBe(200)
})

test('property: no part of a token of eight characters or more is repeated', () => {
  const tokens = fc.stringMatching(/^[A-Za-z0-9._~+/-]{8,60}$/)
  fc.assert(
    fc.property(tokens, fc.string(), fc.string(), fc.nat(), fc.nat(), (token, before, after, from, length) => {
      const start = from % (token.length - 7)
      const part = token.slice(start, start + 8 + (length % token.length))
      const said = words(JSON.stringify({ message: `${before}${part}${after}` }), {}, token) ?? ''
      for (let index = 0; index + 8 <= token.length; index++) {
        expect(said.includes(token.slice(index, index + 8))).toBe(false)
      }
    }),
  )
})
