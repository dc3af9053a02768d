/**
 * Returns Node's module for requests to a URL, loaded now. Not imported: an import reads every property of the module, which
 * loads HTTP/2 and undici, and takes longer than Node takes to start (24.21).
 */
export function httpModule({ protocol }: URL): typeof import('node:http') | typeof import('node:https') {
  return process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http')
}
