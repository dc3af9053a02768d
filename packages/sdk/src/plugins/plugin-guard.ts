/**
 * A thread that ends its process when gate is gone or when it holds too much memory: the plugin may loop for ever in the
 * main thread, and what buffers hold is in no limit of V8's. Text, because a thread of its own file would be one more file
 * to find. `workerData`: process id of gate, bytes of memory.
 */
export const GUARD = `
const { workerData: { parent, memoryLimit } } = require('node:worker_threads')
const end = (why) => {
  require('node:fs').writeSync(2, why + '\\n')
  try { process.kill(-process.pid, 'SIGKILL') } catch { process.kill(process.pid, 'SIGKILL') }
}
setInterval(() => {
  try { process.kill(parent, 0) } catch (error) { if (error.code === 'ESRCH') end('gate is gone') }
  if (process.ppid !== parent && process.platform !== 'win32') end('gate is gone')
  if (process.memoryUsage.rss() > memoryLimit) end('it used too much memory')
}, 100)
`
