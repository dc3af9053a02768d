import type { Options } from 'tsup'

/**
 * How every library package is built: ESM, one chunk graph, dependencies left to the package manager.
 * Declarations come from tsc afterwards, because tsup cannot drive TypeScript 7.
 *
 * @param entry Entry name → source file; each becomes `dist/<name>.js`.
 */
export function library(entry: Record<string, string>): Options {
  return {
    entry,
    format: 'esm',
    target: 'node22',
    platform: 'node',
    clean: true,
    sourcemap: true,
    dts: false,
    splitting: true,
  }
}
