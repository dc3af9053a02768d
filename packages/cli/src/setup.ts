import { mainOf } from './main-of.js'

/** `gate setup`, in one file with everything that it needs. */
export const main = mainOf({ setup: () => import('./commands/setup.js') })
