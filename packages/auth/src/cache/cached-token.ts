// The entry for the fast path of `gate token`: what it loads costs next to nothing on top of starting Node.
export { markAsked } from './asked-mark.js'
export { type CachedTokenAnswer, type CachedTokenQuery, readCachedToken } from './read-cached-token.js'
export { awaitRenewalTurn } from './renewal-turn.js'
