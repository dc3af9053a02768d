import { GateError } from '@gate/core'

/**
 * An XML property list of values.
 *
 * @param file Where it is to stand, for the error.
 * @throws GateError `result-mismatch` when what is read back is something else, e.g. for characters that XML cannot hold.
 */
export async function propertyListOf(values: Readonly<Record<string, unknown>>, file: string): Promise<Buffer> {
  const { build, parse } = await import('plist')
  const { isDeepStrictEqual } = await import('node:util')
  let cause: unknown
  try {
    const bytes = Buffer.from(`${build(values as Parameters<typeof build>[0])}\n`)
    if (isDeepStrictEqual({ ...(parse(bytes.toString('utf8')) as object) }, { ...values })) return bytes
  } catch (error) {
    cause = error
  }
  throw new GateError({
    code: 'result-mismatch',
    message: `What gate would write into ${file} cannot be told in a property list. Nothing was changed.`,
    file,
    cause,
  })
}

/** A property list as people read it: a binary one is told as the XML that it stands for. */
export async function propertyListText(bytes: Buffer): Promise<string> {
  if (!isBinary(bytes)) return bytes.toString('utf8')
  const { build, parseBinary } = await import('plist')
  return `${build(parseBinary(bytes))}\n`
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 6).toString('latin1') === 'bplist'
}
