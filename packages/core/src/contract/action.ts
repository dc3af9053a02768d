/** A setting that a person has to give, by its name in gate's configuration. */
export type NeededSetting = 'gateway-url' | 'issuer' | 'client-id' | 'api-key' | 'ca-file' | 'models'

/**
 * What helps, as data. The command line shows it as a command, a window as a button: no text below them names a command of
 * gate. What gate does itself has a name of its own here; anything else is `advice`.
 */
export type Action =
  | {
      readonly action: 'setup'
      readonly client?: string
      readonly profile?: string
      /** Take over values that are protected. */
      readonly force?: true
      /** The gateway to give. */
      readonly gatewayUrl?: string
      /** Settings that only a person knows. */
      readonly needs?: readonly NeededSetting[]
    }
  | {
      readonly action: 'teardown'
      readonly client?: string
      /** Of every client. */
      readonly all?: true
      readonly purge?: true
    }
  | {
      readonly action: 'login'
      readonly profile?: string
      readonly method?: 'device' | 'print-url'
      readonly needs?: readonly 'api-key'[]
    }
  | { readonly action: 'status'; readonly live?: true }
  | { readonly action: 'doctor' }
  /** `value` absent: only a person knows it. */
  | { readonly action: 'set-setting'; readonly key: string; readonly value?: string; readonly profile?: string }
  | { readonly action: 'unset-setting'; readonly key: string }
  /** `key` absent: all of them. */
  | { readonly action: 'show-settings'; readonly key?: string }
  | { readonly action: 'reset-settings'; readonly teardown?: true }
  | { readonly action: 'add-plugin'; readonly package: string }
  | { readonly action: 'remove-plugin'; readonly package: string; readonly teardown?: true }
  | { readonly action: 'list-plugins' }
  /** Start a gate that is installed for one run together with a plugin. */
  | { readonly action: 'run-with-plugin'; readonly package: string }
  | { readonly action: 'create-plugin'; readonly name: string }
  /** What an action takes. */
  | { readonly action: 'help'; readonly topic: 'add-plugin' | 'token' }
  /** A newer gate is needed. */
  | { readonly action: 'update-gate' }
  /** A command of this system for the person's shell. */
  | { readonly action: 'run'; readonly command: string }
  /** One of several. */
  | { readonly action: 'either'; readonly of: readonly [Action, Action, ...Action[]] }
  | {
      readonly action: 'advice'
      /** A sentence for people. `{0}`, `{1}` … stand for `actions`; without them the first one follows the sentence. */
      readonly text: string
      readonly actions?: readonly Action[]
    }

/** Returns something that a person does, in words. */
export function advice(text: string, ...actions: readonly Action[]): Action {
  return actions.length === 0 ? { action: 'advice', text } : { action: 'advice', text, actions }
}
