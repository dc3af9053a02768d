import type { Finished } from '../run-process.ts'
import type { WindowsMachine } from './windows-machine.ts'

/**
 * Both ends of a named pipe, each a Windows Node of its own. That a second server is refused the name cannot be tried
 * here: Wine 8 lets both listen.
 */
export interface PipeEnds {
  /** Answers one line of one client with it, then ends. Prints its process id, or the error's code. */
  serve(name: string): Promise<Finished>
  /** Sends a line and prints the answer, or the error's code when there is no server after a while. */
  ask(name: string, line: string, waitMs?: number): Promise<Finished>
}

/** Puts the two programs on the machine. */
export async function pipeEnds(windows: WindowsMachine): Promise<PipeEnds> {
  await windows.write('C:\\test\\pipe-server.cjs', SERVER)
  await windows.write('C:\\test\\pipe-client.cjs', CLIENT)
  const run = (script: string, ...args: string[]) => windows.run('C:\\test\\node.exe', [`C:\\test\\${script}`, ...args])
  return {
    serve: (name) => run('pipe-server.cjs', name),
    ask: (name, line, waitMs = 0) => run('pipe-client.cjs', name, line, String(waitMs)),
  }
}

const SERVER = `const { createServer } = require('node:net')
const server = createServer((socket) => {
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
    if (!text.endsWith('\\n')) return
    socket.end(process.pid + ' heard ' + text)
    server.close()
  })
})
server.on('error', ({ code }) => process.stdout.write(code))
server.listen(process.argv[2], () => process.stdout.write(process.pid + ' listens'))
`

const CLIENT = `const { connect } = require('node:net')
const [name, line, waitMs] = process.argv.slice(2)
const end = Date.now() + Number(waitMs)
const ask = () => {
  const socket = connect(name, () => socket.write(line + '\\n'))
  socket.on('error', ({ code }) => (Date.now() < end ? setTimeout(ask, 50) : process.stdout.write(code)))
  socket.on('data', (chunk) => process.stdout.write(chunk))
}
ask()
`
