/**
 * Keys of the front matter at the head of a Markdown file. Only what is one plain or quoted word behind its key is read:
 * no client's YAML and fallbacks are imitated. Pure.
 *
 * @param wanted The keys that are looked for.
 * @returns Their values; `undefined` when one of them may be there in another spelling.
 */
export function frontMatter(text: string, wanted: readonly string[]): Readonly<Record<string, string>> | undefined {
  const [, language = '', block = ''] = /^\uFEFF?---(.*)\r?\n([\s\S]*?)(?:\r?\n---|$)/.exec(text) ?? []
  const found: Record<string, string> = {}
  if (!wanted.some((key) => block.includes(key))) return found
  if (language.trim() !== '') return undefined
  for (const line of block.split(/\r?\n/)) {
    // The inside of a value, an item of a list, a comment.
    if (/^(?:[ \t#-]|$)/.test(line)) continue
    const key = /^([\w-]+)[ \t]*:(?:[ \t]|$)/.exec(line)?.[1]
    if (key === undefined) return undefined
    if (!wanted.includes(key)) continue
    const value = /^[^:]+:[ \t]+(["']?)([\w./:@+-]+)\1[ \t]*(?:[ \t]#.*)?$/.exec(line)?.[2]
    if (value === undefined || found[key] !== undefined) return undefined
    found[key] = value
  }
  return found
}
