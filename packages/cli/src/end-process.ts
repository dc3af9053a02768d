/** Ends the process. Plugins get another `process.exit`, see `plugins/contain.ts`. */
export const endProcess: typeof process.exit = process.exit.bind(process)
