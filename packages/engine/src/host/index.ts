export { createNodeHost, type NodeHostInit } from './node-host.js'
