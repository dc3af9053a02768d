import { honest, honestPlugin, suiteOf } from './example-client.js'

suiteOf(honestPlugin, { plan: honest.plan })
