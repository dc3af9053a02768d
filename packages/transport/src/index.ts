export { type Answer, type Exchange, exchange } from './exchange.js'
export { nameOfProxy, proxyError } from './proxy-error.js'
export { type HttpProxy, proxyFor } from './proxy-for.js'
export { type ProxyName, TransportFailure, type TransportFailureKind } from './transport-failure.js'
