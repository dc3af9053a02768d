import { tableAt } from '@gate/client-kit'
import type { Table } from '@gate/core'

/** The part of `codex doctor --json` that says where Codex would go. */
export interface DoctorReport {
  /** Undefined where the configuration was not loaded, or the command is not known. */
  readonly provider: string | undefined
  readonly version: string | undefined
  /** Origins of the addresses that it looked at for this provider; the paths are not told in every version. */
  readonly origins: readonly string[]
}

/** Reads the report of 0.134.0 to 0.171.0. Pure. */
export function doctorReport(stdout: string): DoctorReport {
  const report = parsed(stdout)
  const details = (check: string) => tableAt(report, 'checks', check, 'details')
  const provider = details('config.load')['model provider']
  const addresses = Object.entries(details('network.provider_reachability')).flatMap(([name, value]) => {
    const url =
      typeof provider === 'string' && name.startsWith(`${provider} `) && /https?:\/\/[^\s<]+/.exec(String(value))
    return url && URL.canParse(url[0]) ? [new URL(url[0]).origin] : []
  })
  return {
    provider: typeof provider === 'string' ? provider : undefined,
    version: typeof report.codexVersion === 'string' ? report.codexVersion : undefined,
    origins: addresses,
  }
}

function parsed(text: string): Table {
  try {
    return JSON.parse(text) as Table
  } catch {
    return {}
  }
}
