export { createNodeHost, type NodeHostInit } from './node-host.js'
export { syncFileSystem } from './sync-file-system.js'
