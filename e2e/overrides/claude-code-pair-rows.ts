import { dropIn, json, local, managed, project, userEnv, withEnv } from './claude-code-settings.ts'
import type { ExpectedOverride, OverrideRow } from './override-row.ts'

/** A place that can set a variable. */
interface Place {
  readonly name: string
  readonly source: ExpectedOverride['source']
  readonly set: (variable: string, value: string) => Partial<OverrideRow>
}

/** Weakest first. */
const PLACES: readonly Place[] = [
  { name: 'shell', source: 'environment', set: (variable, value) => ({ env: { [variable]: value } }) },
  { name: 'user', source: 'user', set: (variable, value) => ({ edit: userEnv({ [variable]: value }) }) },
  {
    name: 'project',
    source: 'project',
    set: (variable, value) => ({ files: project(withEnv({ [variable]: value })) }),
  },
  { name: 'local', source: 'local', set: (variable, value) => ({ files: local(withEnv({ [variable]: value })) }) },
  { name: 'managed', source: 'managed', set: (variable, value) => ({ etc: managed(withEnv({ [variable]: value })) }) },
  {
    name: 'drop-in',
    source: 'managed',
    set: (variable, value) => ({ etc: dropIn('20-x.json', withEnv({ [variable]: value })) }),
  },
]

const pairs = PLACES.flatMap((weak, index) => PLACES.slice(index + 1).map((strong) => [weak, strong] as const))

/** Both at once; where both are files, both are there. */
function both(first: Partial<OverrideRow>, second: Partial<OverrideRow>): Partial<OverrideRow> {
  return {
    ...first,
    ...second,
    ...(first.files || second.files ? { files: { ...first.files, ...second.files } } : {}),
    ...(first.etc || second.etc ? { etc: { ...first.etc, ...second.etc } } : {}),
  }
}

const told = ({ source }: Place, variable: string): readonly ExpectedOverride[] => [{ source, location: [variable] }]

/** The stronger of two places wins: once it is the one that takes the token away, once it is the one that gives it back. */
const tokenRows = pairs.flatMap(([weak, strong]): OverrideRow[] => [
  {
    title: `ANTHROPIC_AUTH_TOKEN: ${strong.name} beats ${weak.name}`,
    ...both(weak.set('ANTHROPIC_AUTH_TOKEN', 'weak-token'), strong.set('ANTHROPIC_AUTH_TOKEN', 'strong-token')),
    reaches: 'A',
    authorization: 'Bearer strong-token',
    status: 'overridden',
    overrides: told(strong, 'ANTHROPIC_AUTH_TOKEN'),
  },
  {
    title: `ANTHROPIC_AUTH_TOKEN: an empty one of ${strong.name} cancels that of ${weak.name}`,
    ...both(weak.set('ANTHROPIC_AUTH_TOKEN', 'weak-token'), strong.set('ANTHROPIC_AUTH_TOKEN', '')),
    reaches: 'A',
    status: 'connected',
  },
])

/** The user's own file holds gate's URL, so of that and the shell there is no pair. */
const urlRows = pairs
  .filter(([weak]) => weak.name !== 'shell' && weak.name !== 'user')
  .flatMap(([weak, strong]): OverrideRow[] => [
    {
      title: `ANTHROPIC_BASE_URL: ${strong.name} redirects what ${weak.name} leaves`,
      ...both(weak.set('ANTHROPIC_BASE_URL', '{A}'), strong.set('ANTHROPIC_BASE_URL', '{B}')),
      reaches: 'B',
      status: 'overridden',
      overrides: told(strong, 'ANTHROPIC_BASE_URL'),
    },
    {
      title: `ANTHROPIC_BASE_URL: ${strong.name} leads back what ${weak.name} redirects`,
      ...both(weak.set('ANTHROPIC_BASE_URL', '{B}'), strong.set('ANTHROPIC_BASE_URL', '{A}')),
      reaches: 'A',
      status: 'connected',
    },
  ])

const cloud = { ANTHROPIC_BEDROCK_BASE_URL: '{B}', CLAUDE_CODE_SKIP_BEDROCK_AUTH: '1', AWS_REGION: 'us-east-1' }

const cloudPairRows = pairs.map(
  ([weak, strong]): OverrideRow => ({
    title: `CLAUDE_CODE_USE_BEDROCK: ${strong.name} switches off what ${weak.name} switches on`,
    ...both(weak.set('CLAUDE_CODE_USE_BEDROCK', '1'), strong.set('CLAUDE_CODE_USE_BEDROCK', '0')),
    reaches: 'A',
    status: 'connected',
  }),
)

/** Two different findings at once: both are told. */
const twoRows: readonly OverrideRow[] = [
  {
    title: 'a redirecting project and a token of the shell',
    env: { ANTHROPIC_AUTH_TOKEN: 'shell-token' },
    files: project(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    reaches: 'B',
    authorization: 'Bearer shell-token',
    status: 'overridden',
    overrides: [
      { source: 'project', location: ['ANTHROPIC_BASE_URL'] },
      { source: 'environment', location: ['ANTHROPIC_AUTH_TOKEN'] },
    ],
  },
  {
    title: 'a helper of the project and a redirecting administrator',
    etc: managed(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    files: project({ apiKeyHelper: 'echo project-token' }),
    reaches: 'B',
    authorization: 'Bearer project-token',
    apiKey: 'project-token',
    status: 'overridden',
    overrides: [
      { source: 'managed', location: ['ANTHROPIC_BASE_URL'] },
      { source: 'project', location: ['apiKeyHelper'] },
    ],
  },
  {
    title: 'a cloud of the shell and a redirecting project',
    env: { ...cloud, CLAUDE_CODE_USE_BEDROCK: '1' },
    files: project(withEnv({ ANTHROPIC_BASE_URL: '{A}' })),
    reaches: 'B',
    apiKey: 'absent',
    status: 'overridden',
    overrides: [{ source: 'environment', location: ['CLAUDE_CODE_USE_BEDROCK'] }],
  },
  {
    title: 'a local helper beats the one of the project',
    files: {
      'work/.claude/settings.json': json({ apiKeyHelper: 'echo project-token' }),
      'work/.claude/settings.local.json': json({ apiKeyHelper: 'echo local-token' }),
    },
    reaches: 'A',
    authorization: 'Bearer local-token',
    apiKey: 'local-token',
    status: 'overridden',
    overrides: [{ source: 'local', location: ['apiKeyHelper'] }],
  },
]

/** Two places at once, generated: of every variable the stronger place wins. */
export const pairRows: readonly OverrideRow[] = [...tokenRows, ...urlRows, ...cloudPairRows, ...twoRows]
