import { LOOK_LIMIT_MS } from '../../plugins/plugin-set.js'
import { profileProblems } from '../../profile/index.js'
import type { Session } from '../../session.js'
import { type Check, failedCheck } from './check.js'

/** Whether `config.json` can be read and holds everything that a connection needs. */
export function checkConfiguration(session: Session): Check {
  const base = { id: 'config', title: 'Configuration' }
  if (session.configError) return failedCheck(base.id, base.title, session.configError)
  const problems = profileProblems(session.profile).map((problem) => problem.message)
  if (problems.length === 0) {
    return { ...base, result: 'pass', detail: `profile "${session.profileName}" for ${session.profile.gatewayUrl}` }
  }
  return {
    ...base,
    result: 'fail',
    detail: `profile "${session.profileName}": ${problems.join('; ')}`,
    fix: { action: 'setup', needs: ['gateway-url', 'issuer', 'client-id'] },
    code: 'not-configured',
  }
}

/** Every plugin found: whether it can be imported and is one. */
export async function checkPlugins(session: Session): Promise<Check[]> {
  const { plugins } = session
  if (plugins.found.length === 0) {
    return [
      {
        id: 'plugins',
        title: 'Plugins',
        result: 'warn',
        detail: 'no client plugin is installed',
        fix: { action: 'add-plugin', package: '@gate/client-codex' },
      },
    ]
  }
  return Promise.all(
    plugins.found.map(async (found): Promise<Check> => {
      const base = { id: `plugin.${found.packageName}`, title: `Plugin ${found.packageName}` }
      if (found.problem) {
        const { message, fix } = found.problem
        return { ...base, result: 'warn', detail: message, ...(fix === undefined ? {} : { fix }) }
      }
      try {
        await plugins.call(found.id, 'detect', LOOK_LIMIT_MS, (plugin) => plugin.detect(session.host))
        return { ...base, result: 'pass', detail: `${found.version ?? 'no version'}, ${found.directory}` }
      } catch (error) {
        // A broken plugin keeps its own client from being set up, and nothing else.
        return { ...failedCheck(base.id, base.title, error), result: 'warn' }
      }
    }),
  )
}
