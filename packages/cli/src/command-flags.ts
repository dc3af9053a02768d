import { option } from './define-command.js'

/** Flags that several commands share. */
export const profileFlag = option({ description: 'profile to use (default: the active one)', helpValue: 'NAME' })
export const cwdFlag = option({ description: 'directory whose project files count', helpValue: 'DIR' })
