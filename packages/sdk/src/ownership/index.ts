export { directoriesOfThisProcess, foreignOwnership } from './refuse-foreign.js'
