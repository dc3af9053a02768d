import type { CommandDefinition } from '../define-command.js'

type Loaders = Readonly<Record<string, () => Promise<{ readonly default: CommandDefinition }>>>

/** Every command by its id, loaded by name. */
export const LOADERS = {
  'config:get': () => import('./config/get.js'),
  'config:reset': () => import('./config/reset.js'),
  'config:set': () => import('./config/set.js'),
  'config:show': () => import('./config/show.js'),
  'config:unset': () => import('./config/unset.js'),
  doctor: () => import('./doctor.js'),
  list: () => import('./list.js'),
  login: () => import('./login.js'),
  logout: () => import('./logout.js'),
  'plugins:add': () => import('./plugins/add.js'),
  'plugins:create': () => import('./plugins/create.js'),
  'plugins:list': () => import('./plugins/list.js'),
  'plugins:remove': () => import('./plugins/remove.js'),
  setup: () => import('./setup.js'),
  status: () => import('./status.js'),
  teardown: () => import('./teardown.js'),
  token: () => import('./token.js'),
} satisfies Loaders
