/** Leaves three TLS handshakes in the middle: before anything was said, with a reset, and with an orderly end. */
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'

const PORT = 443

/** Says hello under a name, hides the server's answer from the TLS layer, and goes. */
async function leave(name: string, go: (socket: Socket) => void): Promise<void> {
  const socket = connectTcp(PORT, name)
  await once(socket, 'connect')
  const wire = new Duplex({ read() {}, write: (chunk, _encoding, done) => void socket.write(chunk, done) })
  const secure = connectTls({ socket: wire, servername: name })
  secure.on('error', () => {})
  await once(socket, 'readable')
  go(socket)
  await once(socket, 'close')
}

const silent = connectTcp(PORT, 'silent.example.com')
await once(silent, 'connect')
silent.resetAndDestroy()
await leave('reset.example.com', (socket) => socket.resetAndDestroy())
await leave('ended.example.com', (socket) => socket.end().resume())
process.exit(0)
