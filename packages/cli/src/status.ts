import { mainOf } from './main-of.js'

/** `gate status`, in one file with everything that it needs: people and scripts run it in prompts and loops. */
export const main = mainOf({ status: () => import('./commands/status.js') })
