/**
 * Starts processes for the benchmark and tells how long each took. It is a process of its own that loads nothing: starting a child
 * takes a program longer the more memory it has, which would count as the child's own time.
 *
 * In: `{ command, env }`; out: `{ milliseconds }`, or `{ error }` when the command did not end with 0.
 */
import { spawn } from 'node:child_process'

/** @param {{ command: readonly string[], env: NodeJS.ProcessEnv }} message */
function start({ command, env }) {
  const [program = '', ...args] = command
  const begin = process.hrtime.bigint()
  const child = spawn(program, args, { env, stdio: 'ignore' })
  child.once('error', ({ message }) => process.send?.({ error: `${program}: ${message}` }))
  child.once('exit', (code) => {
    const milliseconds = Number(process.hrtime.bigint() - begin) / 1e6
    process.send?.(code === 0 ? { milliseconds } : { error: `${command.join(' ')} ended with ${code}` })
  })
}

process.on('message', start)
