import type { IncomingMessage, ServerResponse } from 'node:http'
import type { InteractionResults, Provider } from 'oidc-provider'
import type { RuntimeSettings } from '../contract.js'
import { consentPage, loginPage, page } from './pages.js'
import { DEFAULT_USER } from './provider.js'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

const DENIED: InteractionResults = { error: 'access_denied', error_description: 'the user denied the request' }

/**
 * Answers `/interaction/<uid>`: at once when the consent is scripted, with a page and its form when it is `manual`.
 */
export async function answerInteraction(
  provider: Provider,
  settings: RuntimeSettings,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  let interaction: Interaction
  try {
    interaction = await provider.interactionDetails(req, res)
  } catch {
    res.writeHead(400, { 'content-type': 'text/html; charset=utf-8' })
    res.end(page('This sign-in is over', '<p>Start it again from the program that opened this page.</p>'))
    return
  }
  const finish = async (result: InteractionResults) => {
    await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: !('error' in result) })
  }

  if (settings.consent === 'deny') return finish(DENIED)
  if (settings.consent === 'approve') return finish(await approval(provider, interaction, DEFAULT_USER))

  if (req.method === 'POST') {
    const form = await readForm(req)
    if (form.get('decision') === 'deny') return finish(DENIED)
    return finish(await approval(provider, interaction, form.get('user')?.trim() || DEFAULT_USER))
  }
  const action = `/interaction/${interaction.uid}`
  const html =
    interaction.prompt.name === 'login'
      ? loginPage(action, loginHint(interaction))
      : consentPage(action, String(interaction.params.client_id), String(interaction.params.scope ?? '').split(' '))
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(html)
}

function loginHint(interaction: Interaction): string {
  const hint = interaction.params.login_hint
  return typeof hint === 'string' && hint ? hint : DEFAULT_USER
}

async function approval(provider: Provider, interaction: Interaction, user: string): Promise<InteractionResults> {
  if (interaction.prompt.name === 'login') return { login: { accountId: user } }

  const { params, session, prompt } = interaction
  const clientId = String(params.client_id)
  const known = interaction.grantId ? await provider.Grant.find(interaction.grantId) : undefined
  const grant = known ?? new provider.Grant({ accountId: session?.accountId ?? user, clientId })
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details as {
    missingOIDCScope?: string[]
    missingOIDCClaims?: string[]
    missingResourceScopes?: Record<string, string[]>
  }
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '))
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims)
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '))
  }
  return { consent: { grantId: await grant.save() } }
}

async function readForm(req: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}
