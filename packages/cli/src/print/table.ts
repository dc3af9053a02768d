import { stripVTControlCharacters } from 'node:util'

/**
 * Left-aligned columns, two blanks apart, no lines around them.
 *
 * @param rows Cells may hold escape sequences for colour; they do not count as width.
 */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell))
    })
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

function widthOf(cell: string): number {
  return [...stripVTControlCharacters(cell)].length
}
