import { request } from 'node:http'
import { visit } from './visit.js'

/**
 * The program behind `gateway.browser`: `main.js <control URL> <URL to open>`. Prints nothing on stdout, like a well-behaved
 * browser, and never the URL, which holds state and challenge.
 */
async function main([control, url]: readonly string[]): Promise<number> {
  if (!control || !url || !/^http:/.test(url)) {
    process.stderr.write('usage: browser <http URL>\n')
    return 2
  }
  await countStart(control)
  const { status } = await visit(url)
  if (status < 400) return 0
  process.stderr.write(`the sign-in ended with status ${status}\n`)
  return 1
}

function countStart(control: string): Promise<void> {
  return new Promise((resolve, reject) => {
    request(control, { method: 'POST', agent: false }, (response) => response.resume().on('end', resolve))
      .on('error', reject)
      .end()
  })
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  },
)
