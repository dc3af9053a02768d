const writeStdout = process.stdout.write.bind(process.stdout)

/**
 * Sends everything that is written to stdout from here on to stderr, except {@link writeOut}: a plugin that prints
 * must not end up in the middle of `--json`.
 */
export function reserveStdout(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr)
}

/** Writes the answer of a command. */
export function writeOut(text: string): void {
  writeStdout(text)
}

/** Writes what is not the answer: errors, warnings, progress. */
export function writeError(text: string): void {
  process.stderr.write(text)
}

/** Waits until everything is written that was given to stdout and stderr, or could not be. */
export function flushed(): Promise<void> {
  return new Promise((resolve) => {
    writeStdout('', () => process.stderr.write('', () => resolve()))
  })
}
