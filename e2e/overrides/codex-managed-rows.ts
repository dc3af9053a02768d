import { GATE_AT_B, inManaged, OTHER, onOlder, SELECT_OTHER } from './codex-row-parts.ts'
import type { OverrideRow } from './override-row.ts'

const REQUIREMENTS = 'codex/requirements.toml'
const MANAGED = 'codex/managed_config.toml'
const SYSTEM = 'codex/config.toml'
const asSet = { reaches: 'A', status: 'connected' } as const
/** Codex says so itself when it is asked. */
const refusedWhenAsked = { reaches: 'nowhere', status: 'overridden' } as const
const table = (lines: string) => `[model_providers.gate]\n${lines}\n`

/** Keys of an administrator that change nothing about gateway and token. */
const harmless: readonly OverrideRow[] = (
  [
    [REQUIREMENTS, 'approval policies', 'allowed_approval_policies = ["on-request", "never"]\n'],
    [REQUIREMENTS, 'a residency', 'enforce_residency = "us"\n'],
    [REQUIREMENTS, 'ways to sign in', 'allowed_login_methods = ["chatgpt"]\n'],
    [REQUIREMENTS, 'a key that is unknown', 'foo = 1\n'],
    [REQUIREMENTS, 'another ChatGPT', 'chatgpt_base_url = "{B}"\n'],
    [REQUIREMENTS, 'where logins lie', 'cli_auth_credentials_store = "keyring"\n'],
    [
      REQUIREMENTS,
      'a forbidden command',
      '[rules]\nprefix_rules = [{pattern = [{token = "a"}], decision = "forbidden"}]\n',
    ],
    [MANAGED, 'a retry count in our provider', table('request_max_retries = 1')],
    [
      MANAGED,
      'a header in our provider: the helper stands above it',
      table('http_headers = { Authorization = "Bearer x" }'),
    ],
    [MANAGED, 'a query in our provider', table('query_params = { a = "b" }')],
    [MANAGED, 'a location in our provider', table('location = "eu"')],
    [MANAGED, 'models for reviews', 'model = "m"\nreview_model = "r"\n'],
    [SYSTEM, 'a header in our provider', table('http_headers = { X = "y" }')],
  ] as const
).map(([file, title, text]) => ({ title: `${file}: ${title}`, etc: { [file]: text }, ...asSet }))

const refused: readonly OverrideRow[] = (
  [
    [REQUIREMENTS, 'a residency that is none', 'enforce_residency = "xx"\n'],
    [REQUIREMENTS, 'no approval policy at all', 'allowed_approval_policies = []\n'],
    [REQUIREMENTS, 'a feature of a wrong type', '[features]\nfoo = "x"\n'],
    [REQUIREMENTS, 'a tool server without identity', '[mcp_servers.a]\nfoo = 1\n'],
    [REQUIREMENTS, 'telemetry to nowhere', '[otel]\nexporter = "zzz"\n'],
    [REQUIREMENTS, 'a list of models that is missing', 'model_catalog_json = "/nope"\n'],
    [REQUIREMENTS, 'permissions that are nowhere', 'default_permissions = "nope"\n'],
    [REQUIREMENTS, 'sandboxes without the safest', 'allowed_sandbox_modes = ["workspace-write"]\n'],
    [MANAGED, 'an approval policy that is none', 'approval_policy = "zz"\n'],
    [MANAGED, 'a feature of a wrong type', '[features]\nfoo = "x"\n'],
    [SYSTEM, 'an approval policy that is none', 'approval_policy = "zz"\n'],
    [SYSTEM, 'a list of models that is missing', 'model_catalog_json = "/nope"\n'],
    [SYSTEM, 'hooks of a wrong type', '[hooks]\nSessionStart = 5\n'],
    ['codex/rules/a.rules', 'rules that nobody can read', '(('],
  ] as const
).map(([file, title, text]) => ({
  title: `${file}: ${title}`,
  since: '0.171.0',
  etc: { [file]: text },
  ...refusedWhenAsked,
}))

/** What administrators of 0.171.0 can set besides a provider, and two layers at once. */
export const managedRows: readonly OverrideRow[] = [
  ...harmless,
  ...refused,
  {
    title: `${MANAGED}: another helper in our provider`,
    etc: { [MANAGED]: '[model_providers.gate.auth]\ncommand = "/bin/echo"\nargs = ["other-token"]\n' },
    reaches: 'A',
    authorization: 'Bearer other-token',
    status: 'overridden',
    overrides: [inManaged('model_providers.gate')],
  },
  {
    title: `${MANAGED}: a list of models from elsewhere`,
    since: '0.171.0',
    etc: { [MANAGED]: table('model_catalog_url = "{B}/models"') },
    reaches: 'nowhere',
    status: 'overridden',
    overrides: [inManaged('model_providers.gate')],
  },
  {
    title: 'two layers: requirements.toml pins ours, managed_config.toml selects another',
    on: onOlder({
      reaches: 'B',
      authorization: 'Bearer other-token',
      status: 'overridden',
      overrides: [inManaged('model_provider')],
    }),
    etc: { [REQUIREMENTS]: 'model_provider = "gate"\n', [MANAGED]: SELECT_OTHER },
    ...asSet,
  },
  {
    title: 'two layers: the provider that managed_config.toml selects is in requirements.toml',
    on: onOlder({ reaches: 'nowhere', says: 'not found' }),
    etc: { [REQUIREMENTS]: OTHER, [MANAGED]: 'model_provider = "other"\n' },
    reaches: 'B',
    authorization: 'Bearer other-token',
    status: 'overridden',
    overrides: [inManaged('model_provider')],
  },
  {
    title: 'two layers: managed_config.toml redirects ours, requirements.toml has the table of another',
    etc: { [REQUIREMENTS]: OTHER, [MANAGED]: GATE_AT_B },
    reaches: 'B',
    status: 'overridden',
    overrides: [inManaged('model_providers.gate')],
  },
  {
    title: "two layers: a sandbox of the system that requirements.toml doesn't allow",
    since: '0.171.0',
    etc: {
      [SYSTEM]: 'sandbox_mode = "danger-full-access"\n',
      [REQUIREMENTS]: 'allowed_sandbox_modes = ["read-only"]\n',
    },
    ...refusedWhenAsked,
  },
  {
    title: 'two layers: a wrong value of the system that the user hides',
    etc: { [SYSTEM]: 'approval_policy = "zz"\n' },
    edit: (text) => `approval_policy = "never"\n${text}`,
    ...asSet,
  },
]
