import type { Scene } from '../scene.js'
import { ASKING } from './asking.js'
import { CONFIGURATION } from './configuration.js'
import { CREDENTIALS } from './credentials.js'
import { DRIFT } from './drift.js'
import { NOTHING } from './nothing.js'
import { PLUGINS } from './plugins.js'
import { PROFILES } from './profiles.js'
import { REFUSALS } from './refusals.js'
import { SETUP } from './setup.js'
import { TEARDOWN } from './teardown.js'
import { UNREACHABLE } from './unreachable.js'

/** Every scene, those that take longest first. */
export const SCENES: readonly Scene[] = [
  ...REFUSALS,
  ...SETUP,
  ...UNREACHABLE,
  ...PLUGINS,
  ...ASKING,
  ...CREDENTIALS,
  ...DRIFT,
  ...PROFILES,
  ...TEARDOWN,
  ...CONFIGURATION,
  ...NOTHING,
]
