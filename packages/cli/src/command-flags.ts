import { string } from '@oclif/core/flags'

/** Flags that several commands share. */
export const profileFlag = string({ description: 'profile to use (default: the active one)', helpValue: 'NAME' })
export const cwdFlag = string({ description: 'directory whose project files count', helpValue: 'DIR' })
