const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as HTML text or attribute value. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}

/** A whole page; `main` is HTML. */
export function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · gate dev issuer</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1rem; color: #1c1c1e; background: #fafafa }
h1 { font-size: 1.4rem } label { display: block; margin-bottom: 1rem }
input { font: inherit; display: block; width: 100%; box-sizing: border-box; padding: .4rem; margin-top: .2rem }
button { font: inherit; padding: .4rem 1.2rem; margin-right: .5rem } code { font-size: 1.2em }
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${main}
</main>
</body>
</html>
`
}

/** Asks who signs in. Any name will do; there are no passwords. */
export function loginPage(action: string, suggestedUser: string): string {
  return page(
    'Sign in',
    `<form method="post" action="${escapeHtml(action)}">
<label>User name <input name="user" value="${escapeHtml(suggestedUser)}" required autofocus autocomplete="off"></label>
<button type="submit" name="decision" value="approve">Sign in</button>
<button type="submit" name="decision" value="deny" formnovalidate>Cancel</button>
</form>
<p>A development server: any name signs in.</p>`,
  )
}

/** Asks whether a client may have what it wants. */
export function consentPage(action: string, client: string, scopes: readonly string[]): string {
  const list = scopes.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`).join('')
  return page(
    'Allow access?',
    `<p><strong>${escapeHtml(client)}</strong> asks for:</p>
<ul>${list}</ul>
<form method="post" action="${escapeHtml(action)}">
<button type="submit" name="decision" value="approve" autofocus>Allow</button>
<button type="submit" name="decision" value="deny">Deny</button>
</form>`,
  )
}
