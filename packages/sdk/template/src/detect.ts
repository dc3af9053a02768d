import { type Detection, findProgram, type Host } from '@gate/core'

/** Whether the client is on this machine. It is looked for, never run. */
export async function detect(host: Host): Promise<Detection> {
  const program = await findProgram(host, 'example')
  if (program === undefined)
    return { installed: false, evidence: ['no example on PATH or where it is usually installed'] }
  return { installed: true, location: program.path, evidence: [`${program.path} exists`] }
}
