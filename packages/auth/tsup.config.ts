import { library } from '../../tsup.base.ts'

export default {
  ...library({
    index: 'src/index.ts',
    'cached-token': 'src/cache/cached-token.ts',
    'helper-path': 'src/shim/helper-path.ts',
  }),
  // Native and optional: loaded when it is needed and there.
  external: ['keytar'],
}
