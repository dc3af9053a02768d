import { readFile } from 'node:fs/promises'

/** The constant texts of a native Rust program for Linux. */
export interface ProgramWords {
  /** Texts that its data points to: the names of fields, variants, commands. */
  readonly words: readonly string[]
  /** All of its constant data; texts stand in it without anything between them. */
  readonly data: string
}

const SECTION_BYTES = 64
/** Longer ones are sentences. */
const MAX_WORD = 70

/** Reads the words out of an ELF file: every pointer into the constant data with a length behind it. */
export async function programWords(file: string): Promise<ProgramWords> {
  const bytes = await readFile(file)
  const number = (at: number) => Number(bytes.readBigUInt64LE(at))
  const [table, count, namesAt] = [number(40), bytes.readUInt16LE(60), bytes.readUInt16LE(62)]
  const sections = Array.from({ length: count }, (_, index) => {
    const at = table + index * SECTION_BYTES
    return { name: bytes.readUInt32LE(at), address: number(at + 16), offset: number(at + 24), size: number(at + 32) }
  })
  const named = (wanted: string) => {
    const names = sections[namesAt]?.offset ?? 0
    const found = sections.find(
      ({ name }) => bytes.toString('latin1', names + name, names + name + wanted.length + 1) === `${wanted}\0`,
    )
    if (found === undefined) throw new Error(`${file} has no section ${wanted}`)
    return found
  }
  const constants = named('.rodata')
  const pointers = named('.data.rel.ro')
  const words = new Set<string>()
  for (let at = pointers.offset; at + 16 <= pointers.offset + pointers.size; at += 8) {
    const [from, length] = [number(at) - constants.address, number(at + 8)]
    if (from < 0 || from >= constants.size || length < 2 || length > MAX_WORD) continue
    const word = bytes.toString('latin1', constants.offset + from, constants.offset + from + length)
    if (/^[a-z][a-z0-9_-]*$/.test(word)) words.add(word)
  }
  return {
    words: [...words].sort(),
    data: bytes.toString('latin1', constants.offset, constants.offset + constants.size),
  }
}
