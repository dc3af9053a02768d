import { type Edit, isTable, type OwnProof } from '@gate/core'
import { sameValue } from '../codec/same-value.js'

/** The name of a token helper, see `helperPath` in core: whose it is does not depend on where it is. */
const HELPER = /(?:^|[\\/'"\s])gate-token-[a-z0-9]/

function proofsOf({ own }: Edit): readonly OwnProof[] {
  return own?.proofs ?? ['helper']
}

/** Whether a value that stands in an edit's place proves by itself that a gate wrote it. Pure. */
export function provesOwn(found: unknown, edit: Edit, ownDirectory: string): boolean {
  if (someText(found, (text) => text.includes(ownDirectory))) return true
  return proofsOf(edit).some((proof) => {
    if (proof === 'helper') return someText(found, (text) => HELPER.test(text))
    if ('begins' in proof) return typeof found === 'string' && found.startsWith(proof.begins)
    return isLike(found, proof.like, edit)
  })
}

/** Whether a text can hold a proof at all: spares parsing it. Pure. */
export function mayProve(text: string, edits: readonly Edit[], ownDirectory: string): boolean {
  const needles = edits.flatMap(proofsOf).flatMap((proof) => {
    if (proof === 'helper') return 'gate-token-'
    return 'begins' in proof ? proof.begins : someString(proof.like)
  })
  const raw = [ownDirectory, JSON.stringify(ownDirectory).slice(1, -1)]
  return [...raw, ...needles].some((needle) => text.includes(needle))
}

function isLike(found: unknown, like: unknown, edit: Edit): boolean {
  if (!isTable(like) || !isTable(found)) return sameValue(found, like)
  const { value } = edit as { readonly value?: unknown }
  const known = isTable(value) ? value : like
  const holds = Object.entries(like).every(([key, wanted]) => sameValue(found[key], wanted))
  return holds && Object.keys(found).every((key) => Object.hasOwn(known, key) || Object.hasOwn(like, key))
}

function someText(value: unknown, test: (text: string) => boolean): boolean {
  if (typeof value === 'string') return test(value)
  if (Array.isArray(value)) return value.some((item) => someText(item, test))
  return isTable(value) && Object.values(value).some((item) => someText(item, test))
}

/** A text that a value like this one holds; empty, which every text holds, when there is none. */
function someString(value: unknown): string {
  if (typeof value === 'string') return value
  const found = isTable(value) ? Object.values(value).find((item) => typeof item === 'string') : undefined
  return typeof found === 'string' ? found : ''
}
