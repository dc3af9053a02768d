/** What an operation is doing now. `client` and `plugin` are names to show, the others are what their names say. */
export type Progress =
  | { readonly step: 'check-gateway' | 'ask-gateway' | 'sign-in' | 'sign-in-anew' | 'save-connection' }
  | { readonly step: 'configure-client' | 'ask-client' | 'undo-client'; readonly client: string }
  | { readonly step: 'send-request'; readonly gatewayUrl: string }
  | { readonly step: 'look-at-machine' | 'ask-issuer' | 'run-helper' | 'ask-clients' }
  | { readonly step: 'sign-out'; readonly profile: string }
  | { readonly step: 'delete-own-files' }
  | { readonly step: 'look-at-plugin'; readonly plugin: string }
  | { readonly step: 'install-plugin'; readonly plugin: string; readonly version: string; readonly manager: string }
  | { readonly step: 'remove-plugin'; readonly plugin: string; readonly manager: string }
