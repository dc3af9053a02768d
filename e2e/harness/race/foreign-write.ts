/** One write of the foreign program; times are nanoseconds of the monotonic clock, as text. */
export interface ForeignWrite {
  readonly file: string
  readonly key: string
  readonly from: string
  readonly to: string
}

/** When gate replaced a file: from the start of its last look at it to the end of the rename. */
export interface Replacement {
  readonly file: string
  readonly from: string
  readonly to: string
}

/** Whether a foreign write fell between gate's last look and its rename, where nothing can notice it. */
export function isBetweenLookAndRename(write: ForeignWrite, replacements: readonly Replacement[]): boolean {
  return replacements.some(
    ({ file, from, to }) => file === write.file && BigInt(write.to) >= BigInt(from) && BigInt(write.from) <= BigInt(to),
  )
}
