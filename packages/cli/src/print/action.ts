import type { Action, NeededSetting } from '@gate/core'

/** Stands for a value that only a person knows, as help shows it. */
const PLACEHOLDERS: Readonly<Record<NeededSetting, string>> = {
  'gateway-url': '--gateway-url URL',
  issuer: '--issuer URL',
  'client-id': '--client-id ID',
  'api-key': '--api-key-stdin',
  'ca-file': '--ca-file FILE',
  models: '--models',
}

/** The same for settings that are changed one by one. */
const VALUES: Readonly<Record<string, string>> = {
  'callback-port': 'PORT',
  'client-id': 'ID',
  'gateway-url': 'URL',
  issuer: 'URL',
  caFile: 'PATH',
  'anthropic-path': 'PATH',
  'openai-path': 'PATH',
}

/** Returns what helps in words: a command of gate where there is one. */
export function actionText(action: Action): string {
  switch (action.action) {
    case 'setup':
      return words(
        'gate setup',
        action.client !== undefined && `--client ${action.client}`,
        action.gatewayUrl !== undefined && `--gateway-url ${action.gatewayUrl}`,
        ...(action.needs ?? []).map((name) => PLACEHOLDERS[name]),
        action.force && '--force',
        ofProfile(action),
      )
    case 'teardown':
      return words('gate teardown', action.client, action.all && '--all', action.purge && '--purge')
    case 'login': {
      const method = action.method === 'device' ? '--device' : action.method && '--skip-browser'
      const command = words('gate login', method, action.needs && '--api-key-stdin', ofProfile(action))
      return action.needs === undefined ? command : `printf %s "$KEY" | ${command}`
    }
    case 'status':
      return words('gate status', action.live && '--live')
    case 'doctor':
      return 'gate doctor'
    case 'set-setting':
      return words('gate config set', action.key, action.value ?? VALUES[action.key] ?? 'VALUE', ofProfile(action))
    case 'unset-setting':
      return `gate config unset ${action.key}`
    case 'show-settings':
      return action.key === undefined ? 'gate config show' : `gate config get ${action.key}`
    case 'reset-settings':
      return words('gate config reset', action.teardown && '--teardown')
    case 'add-plugin':
      return `gate plugins add ${action.package}`
    case 'remove-plugin':
      return words('gate plugins remove', action.package, action.teardown && '--teardown')
    case 'list-plugins':
      return 'gate plugins list'
    case 'run-with-plugin':
      return `npx -p @gate/cli -p ${action.package} gate setup`
    case 'create-plugin':
      return `gate plugins create ${action.name}`
    case 'help':
      return action.topic === 'token' ? 'gate token --help' : 'gate plugins add --help'
    case 'update-gate':
      return 'Update gate: npm install -g @gate/cli'
    case 'run':
      return action.command
    case 'either':
      return action.of.map(actionText).join(', or: ')
    case 'advice':
      return adviceText(action.text, (action.actions ?? []).map(actionText))
  }
}

function adviceText(text: string, actions: readonly string[]): string {
  if (actions.length > 0 && !/\{\d\}/.test(text)) return `${text}: ${actions.join(', ')}`
  return text.replace(/\{(\d)\}/g, (placeholder, index: string) => actions[Number(index)] ?? placeholder)
}

function ofProfile({ profile }: { readonly profile?: string }): string | undefined {
  return profile === undefined ? undefined : `--profile ${profile}`
}

function words(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part).join(' ')
}
