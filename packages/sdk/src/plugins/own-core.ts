// What a plugin gets that has no `@gate/core` to import; a file of its own in `dist`, see `lend-core.ts`.
export * from '@gate/core'
