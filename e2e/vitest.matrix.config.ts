import { mergeConfig } from 'vitest/config'
import config from './vitest.config.ts'

/** Every row of the tables on every version of the clients, which takes too long for each change. */
export default mergeConfig(config, { test: { env: { GATE_TEST_MATRIX: '1' } } })
