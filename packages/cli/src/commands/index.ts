import ConfigGet from './config/get.js'
import ConfigReset from './config/reset.js'
import ConfigSet from './config/set.js'
import ConfigShow from './config/show.js'
import ConfigUnset from './config/unset.js'
import Doctor from './doctor.js'
import List from './list.js'
import Login from './login.js'
import Logout from './logout.js'
import PluginsAdd from './plugins/add.js'
import PluginsCreate from './plugins/create.js'
import PluginsList from './plugins/list.js'
import PluginsRemove from './plugins/remove.js'
import Setup from './setup.js'
import Status from './status.js'
import Teardown from './teardown.js'
import Token from './token.js'

/** Every command by its id; oclif finds them here (`oclif.commands` of package.json). */
export const COMMANDS = {
  'config:get': ConfigGet,
  'config:reset': ConfigReset,
  'config:set': ConfigSet,
  'config:show': ConfigShow,
  'config:unset': ConfigUnset,
  doctor: Doctor,
  list: List,
  login: Login,
  logout: Logout,
  'plugins:add': PluginsAdd,
  'plugins:create': PluginsCreate,
  'plugins:list': PluginsList,
  'plugins:remove': PluginsRemove,
  setup: Setup,
  status: Status,
  teardown: Teardown,
  token: Token,
}
