import { library } from '../../tsup.base.ts'

export default library({
  index: 'src/index.ts',
  host: 'src/host/index.ts',
})
