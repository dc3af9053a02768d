import { invertSplices } from '../codec/splice.js'
import type { TextSplice } from '../codec/types.js'

/**
 * The splices that lead from one text back to another. Pure.
 *
 * @param forth The splices from `to` to `from`, where they are known; otherwise one splice covers everything between the
 * first and the last difference.
 */
export function textDifference(from: string, to: string, forth: readonly TextSplice[] | undefined): TextSplice[] {
  if (forth) return invertSplices(forth)
  if (from === to) return []
  let start = 0
  while (start < from.length && start < to.length && from[start] === to[start]) start++
  let end = 0
  const most = Math.min(from.length, to.length) - start
  while (end < most && from[from.length - 1 - end] === to[to.length - 1 - end]) end++
  return [{ offset: start, remove: from.slice(start, from.length - end), insert: to.slice(start, to.length - end) }]
}
