import { defineClient } from '@gate/core'
import { detect } from './detect.js'
import { CLIENT_ID, plan } from './plan.js'

export default defineClient({ id: CLIENT_ID, displayName: 'Example', detect, plan })
