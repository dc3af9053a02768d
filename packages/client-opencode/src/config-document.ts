import type { Override, Table } from '@gate/core'

/** One configuration document that OpenCode reads, or would read if it could be parsed. */
export interface ConfigDocument {
  readonly source: Override['source']
  /** Its file, or the variable that holds it. */
  readonly location: string
  /** `undefined`: it cannot be read, and OpenCode does not start because of it. */
  readonly content: Table | undefined
  /** A file that the document refers to and that is not there. */
  readonly missing?: string
  /** An agent in Markdown that gate does not understand. */
  readonly isUnclear?: true
}
