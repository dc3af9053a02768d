import { isTable, type Table } from '@gate/core'

/** The object at a path; an empty one when there is none. Pure. */
export function tableAt(table: Table, ...path: readonly string[]): Table {
  const found = path.reduce<unknown>((at, key) => (isTable(at) ? at[key] : undefined), table)
  return isTable(found) ? found : {}
}
