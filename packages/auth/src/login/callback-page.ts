import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'

// The answer in the address is of no more use, and does not stay where people look, copy and share.
const CLEAN_ADDRESS = "history.replaceState(null, '', location.pathname)"
const CLEAN_ADDRESS_HASH = createHash('sha256').update(CLEAN_ADDRESS).digest('base64')

// Nothing else on the page runs or loads anything, whatever text an issuer or a forger put into the address.
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; script-src 'sha256-${CLEAN_ADDRESS_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  Connection: 'close',
}

/** Leads a browser on; the page that it comes from is told to nobody. */
export function sendRedirect(response: ServerResponse, to: URL, cookie: string): void {
  response.writeHead(302, { ...HEADERS, Location: to.href, 'Set-Cookie': cookie, 'Content-Length': 0 })
  response.end()
}

/**
 * Answers a request to the callback listener with a small page.
 *
 * @param init.keepAddress The address has to be copied from the browser. Default false.
 */
export function sendPage(
  response: ServerResponse,
  status: number,
  title: string,
  text: string,
  { keepAddress = false }: { readonly keepAddress?: boolean } = {},
): void {
  const body = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>gate: ${escapeHtml(title)}</title>
${
  keepAddress
    ? ''
    : `<script>${CLEAN_ADDRESS}</script>
`
}<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
</html>
`
  response.writeHead(status, { ...HEADERS, 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}
