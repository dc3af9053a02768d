import { library } from '../../tsup.base.ts'

export default library({
  index: 'src/index.ts',
  engine: 'src/engine/index.ts',
  host: 'src/host/index.ts',
  profile: 'src/profile/index.ts',
})
