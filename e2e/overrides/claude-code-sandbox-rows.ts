import { inLocal, inManaged, inProject, inUser, local, managed, project, userKey } from './claude-code-settings.ts'
import type { ExpectedOverride, OverrideRow } from './override-row.ts'

const sandbox = (settings: Readonly<Record<string, unknown>>) => ({ sandbox: settings })
const DEMAND = sandbox({ enabled: true, failIfUnavailable: true })
const KEY = 'sandbox.failIfUnavailable'

const refuses = (place: ExpectedOverride): Pick<OverrideRow, 'reaches' | 'says' | 'status' | 'overrides'> => ({
  reaches: 'nowhere',
  says: 'sandbox required but unavailable',
  status: 'overridden',
  overrides: [place],
})
const counts = { reaches: 'A', status: 'connected' } as const

/** The machines of these tests have neither bwrap nor socat. 2.0.34 does not know the demand. */
export const sandboxRows: readonly OverrideRow[] = [
  { title: 'user sandbox that is demanded and cannot be had', edit: userKey(DEMAND), ...refuses(inUser(KEY)) },
  { title: 'managed sandbox that is demanded and cannot be had', etc: managed(DEMAND), ...refuses(inManaged(KEY)) },
  { title: 'project sandbox that is demanded and cannot be had', files: project(DEMAND), ...refuses(inProject(KEY)) },
  { title: 'local sandbox that is demanded and cannot be had', files: local(DEMAND), ...refuses(inLocal(KEY)) },
  {
    title: 'a sandbox that the user switches on and a project demands',
    edit: userKey(sandbox({ enabled: true })),
    files: project(sandbox({ failIfUnavailable: true })),
    ...refuses(inProject(KEY)),
  },
  {
    title: 'a sandbox that the user demands and the administrator switches on',
    edit: userKey(sandbox({ failIfUnavailable: true })),
    etc: managed(sandbox({ enabled: true })),
    ...refuses(inUser(KEY)),
  },
  {
    title: 'a project switches the demanded sandbox of the user off',
    edit: userKey(DEMAND),
    files: project(sandbox({ enabled: false })),
    ...counts,
  },
  {
    title: 'a project takes back the demand of the user',
    edit: userKey(DEMAND),
    files: project(sandbox({ failIfUnavailable: false })),
    ...counts,
  },
  {
    title: 'a project cannot take back the demand of the administrator',
    etc: managed(DEMAND),
    files: project(sandbox({ failIfUnavailable: false })),
    ...refuses(inManaged(KEY)),
  },
  { title: 'a sandbox that is wanted, not demanded', edit: userKey(sandbox({ enabled: true })), ...counts },
  { title: 'a demand without a sandbox', edit: userKey(sandbox({ failIfUnavailable: true })), ...counts },
  {
    title: 'the administrator says where the programs of the sandbox are',
    etc: managed(sandbox({ enabled: true, failIfUnavailable: true, bwrapPath: '/bin/true', socatPath: '/bin/true' })),
    ...counts,
  },
  {
    title: 'where the user says that they are does not count',
    edit: userKey(sandbox({ enabled: true, failIfUnavailable: true, bwrapPath: '/bin/true', socatPath: '/bin/true' })),
    ...refuses(inUser(KEY)),
  },
].map((row) => ({ ...row, since: '2.1.158' }))
