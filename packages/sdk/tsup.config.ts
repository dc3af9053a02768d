import { library } from '../../tsup.base.ts'

export default library({
  index: 'src/index.ts',
  ownership: 'src/ownership/index.ts',
  'token-command': 'src/token-command/index.ts',
  // Programs that processes of gate start.
  login: 'src/token-command/login.ts',
  token: 'src/token-command/token.ts',
  'own-core': 'src/plugins/own-core.ts',
  'plugin-child': 'src/plugins/plugin-child.ts',
})
