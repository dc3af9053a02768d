import {
  after,
  inManaged,
  inProject,
  inRequirements,
  inSystem,
  inUser,
  notRequired,
  refused,
  trust,
} from './codex-row-parts.ts'
import type { OverrideRow } from './override-row.ts'

const NAMELESS = '[model_providers.x]\nbase_url = "{B}/v1"\n'

/** Values that Codex does not start with, each in a file that can be right besides. */
export const wrongValueRows: readonly OverrideRow[] = [
  {
    title: 'requirements.toml with a wrong type',
    on: notRequired,
    etc: { 'codex/requirements.toml': 'model_provider = 5\n' },
    ...refused('failed to parse requirements layer', inRequirements('model_provider')),
  },
  {
    title: 'requirements.toml with a wrong type that Codex passes over',
    etc: { 'codex/requirements.toml': 'model = 5\n' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'requirements.toml with a base_url of a wrong type',
    on: notRequired,
    etc: { 'codex/requirements.toml': '[model_providers.gate]\nname = "g"\nbase_url = 5\n' },
    ...refused('failed to parse merged requirements', inRequirements('model_providers.gate.base_url')),
  },
  {
    title: 'requirements.toml with our provider, but without a name',
    on: notRequired,
    etc: { 'codex/requirements.toml': '[model_providers.gate]\nbase_url = "{B}/v1"\n' },
    ...refused('provider name must not be empty', inRequirements('model_providers.gate')),
  },
  {
    title: 'managed_config.toml with a wrong type',
    etc: { 'codex/managed_config.toml': 'model = 5\n' },
    ...refused('Error loading config.toml', inManaged('model')),
  },
  {
    title: 'managed_config.toml with a provider without a name',
    on: { '0.120.0': { says: 'missing field `name`' } },
    etc: { 'codex/managed_config.toml': NAMELESS },
    ...refused('provider name must not be empty', inManaged('model_providers.x')),
  },
  {
    title: '/etc/codex/config.toml with a wrong type where the user says something: it is hidden',
    etc: { 'codex/config.toml': 'model_provider = 5\n' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: '/etc/codex/config.toml with a wrong type',
    etc: { 'codex/config.toml': 'approval_policy = 5\n' },
    ...refused('Error loading config.toml', inSystem()),
  },
  {
    title: 'a trusted project with a wrong type',
    files: { 'work/.codex/config.toml': 'approval_policy = 5\n' },
    edit: after(trust('{work}')),
    ...refused('Error loading config.toml', inProject('approval_policy')),
  },
  {
    title: 'a trusted project with a model of a wrong type',
    files: { 'work/.codex/config.toml': 'model = 5\n' },
    edit: after(trust('{work}')),
    ...refused('Error loading config.toml', inProject('model')),
  },
  {
    title: 'a trusted project with wrong types that Codex passes over',
    on: {
      '0.120.0': refused(
        'Error loading config.toml',
        ...['model_provider', 'notify', 'profile', 'model_providers.x'].map(inProject),
      ),
    },
    files: { 'work/.codex/config.toml': `model_provider = 5\nnotify = 5\nprofile = 5\n${NAMELESS}` },
    edit: after(trust('{work}')),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'another provider of the user without a name',
    on: { '0.120.0': { says: 'missing field `name`' } },
    edit: after(NAMELESS),
    ...refused('provider name must not be empty', inUser('model_providers.x')),
  },
]
