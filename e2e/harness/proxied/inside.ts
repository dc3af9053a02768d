/**
 * Runs a program inside a network namespace in which nothing is there but one way out, which leads through a socket of the
 * file system: `inside.ts <port> <socket> <hosts file or ""> <command> …`. Ends as the program does.
 */
import { execFileSync, spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'

const [port, socket = '', hosts, command = '', ...args] = process.argv.slice(2)
const system = { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } }
execFileSync('ip', ['link', 'set', 'lo', 'up'], system)
if (hosts) execFileSync('mount', ['--bind', hosts, '/etc/hosts'], system)

const way = createServer((near) => {
  const far = connect(socket)
  near.on('error', () => far.destroy())
  far.on('error', () => near.destroy())
  near.pipe(far).pipe(near)
})
way.listen(Number(port), '127.0.0.1', () => {
  const child = spawn(command, args, { stdio: 'inherit' })
  child.on('close', (code) => process.exit(code ?? 1))
})
