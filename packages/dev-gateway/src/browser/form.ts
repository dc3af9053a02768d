/** A form as a person would send it off. */
export interface Form {
  method: 'GET' | 'POST'
  action: string
  fields: URLSearchParams
}

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }

/**
 * Reads the first form of a page: the values that its inputs have already, and its first button (what Enter would press).
 * Meant for the issuer's own pages, not for the web.
 */
export function readForm(html: string): Form | undefined {
  const [, head = '', inside = ''] = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(html) ?? []
  if (!head) return undefined
  const fields = new URLSearchParams()
  for (const [, attributes = ''] of inside.matchAll(/<input\b([^>]*)>/gi)) {
    const name = attribute(attributes, 'name')
    if (name) fields.append(name, attribute(attributes, 'value') ?? '')
  }
  const [, button = ''] = /<button\b([^>]*)>/i.exec(inside) ?? []
  const name = attribute(button, 'name')
  if (name) fields.append(name, attribute(button, 'value') ?? '')
  const method = attribute(head, 'method')?.toUpperCase() === 'POST' ? 'POST' : 'GET'
  return { method, action: attribute(head, 'action') ?? '', fields }
}

function attribute(attributes: string, name: string): string | undefined {
  const [, value] = new RegExp(`(?:^|\\s)${name}="([^"]*)"`, 'i').exec(attributes) ?? []
  return value?.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
}
