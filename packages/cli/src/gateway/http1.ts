import type { Socket } from 'node:net'

/** An HTTP/1.1 request, as it is sent. */
export interface HttpRequest {
  readonly method: string
  readonly url: URL
  /** Without `Host`, `Connection` and `Content-Length`, which are set here. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** PEM texts of the certificate authorities to trust. Default: those of Node. */
  readonly ca?: readonly string[]
  readonly signal: AbortSignal
  /** Bytes of the body that are kept; reading stops there. */
  readonly bodyLimit: number
}

export interface HttpAnswer {
  readonly status: number
  /** Lower-case names; values of repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Bytes of the answer's head; more is nothing that a gateway sends. */
const HEAD_LIMIT = 64 * 1024

/**
 * One exchange on a connection of its own. Follows no redirects, sends nothing twice.
 *
 * Written out because importing `node:http` loads the whole of undici since Node 24 (its `WebSocket` getter is read by
 * the module loader): 30 ms, half of what a set-up of two clients may cost.
 *
 * @throws the socket's error, the signal's reason, or an Error when the answer is no HTTP/1.1.
 * @see https://www.rfc-editor.org/rfc/rfc9112
 */
export async function exchange(request: HttpRequest): Promise<HttpAnswer> {
  // Before anything is connected, so that a header that cannot be sent costs no connection.
  const bytes = serialise(request)
  const { connect, isIP } = await import('node:net')
  const tls = request.url.protocol === 'https:' ? await import('node:tls') : undefined
  request.signal.throwIfAborted()
  const host = request.url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(request.url.port || (tls ? 443 : 80))
  const socket = tls
    ? tls.connect({
        host,
        port,
        ALPNProtocols: ['http/1.1'],
        // Said here, because NODE_TLS_REJECT_UNAUTHORIZED=0 of a developer's shell changes the default.
        rejectUnauthorized: true,
        ...(isIP(host) ? {} : { servername: host }),
        ...(request.ca === undefined ? {} : { ca: [...request.ca] }),
      })
    : connect({ host, port })
  const abort = () => socket.destroy(request.signal.reason as Error)
  request.signal.addEventListener('abort', abort, { once: true })
  try {
    await connected(socket, tls ? 'secureConnect' : 'connect')
    socket.write(bytes)
    const reader = createReader(socket)
    let head = await readHead(reader)
    // Interim answers (100, 103) come before the real one.
    while (head.status >= 100 && head.status < 200) head = await readHead(reader)
    const bodyless = request.method === 'HEAD' || head.status === 204 || head.status === 304
    const body = bodyless ? Buffer.alloc(0) : await readBody(reader, head.headers, request.bodyLimit)
    return { ...head, body }
  } finally {
    request.signal.removeEventListener('abort', abort)
    // Whatever still happens to a connection that is done with is nobody's error.
    socket.on('error', () => {})
    socket.destroy()
  }
}

function connected(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once(event, () => {
      socket.removeListener('error', reject)
      resolve()
    })
  })
}

function serialise({ method, url, headers, body }: HttpRequest): string {
  const all = {
    host: url.host,
    connection: 'close',
    ...headers,
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  }
  const lines = Object.entries(all).map(([name, value]) => {
    // A line break in a value would end the header and begin another one.
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw new Error(`the header ${JSON.stringify(name)} cannot be sent`)
    }
    return `${name}: ${value}\r\n`
  })
  return `${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`
}

/** Bytes as they arrive. */
interface Reader {
  /** Everything that arrived and was not taken yet. */
  buffer: Buffer
  /** Waits for more; false at the end. */
  more(): Promise<boolean>
}

function createReader(socket: Socket): Reader {
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  return {
    buffer: Buffer.alloc(0),
    async more() {
      const next = await chunks.next()
      if (next.done) return false
      this.buffer = Buffer.concat([this.buffer, next.value])
      return true
    },
  }
}

async function readHead(reader: Reader): Promise<{ status: number; headers: Record<string, string> }> {
  let end = reader.buffer.indexOf('\r\n\r\n')
  while (end === -1) {
    if (reader.buffer.length > HEAD_LIMIT) throw new Error('the head of the answer is too long')
    if (!(await reader.more())) throw new Error('the connection ended before an answer')
    end = reader.buffer.indexOf('\r\n\r\n')
  }
  const [first = '', ...lines] = reader.buffer.subarray(0, end).toString('latin1').split('\r\n')
  reader.buffer = reader.buffer.subarray(end + 4)
  const status = /^HTTP\/1\.[01] ([1-5]\d\d)(?: |$)/.exec(first)?.[1]
  if (status === undefined) throw new Error('the answer is not HTTP/1.1')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 1) throw new Error('the head of the answer is malformed')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  return { status: Number(status), headers }
}

async function readBody(reader: Reader, headers: Readonly<Record<string, string>>, limit: number): Promise<Buffer> {
  if (/(?:^|,)\s*chunked\s*$/i.test(headers['transfer-encoding'] ?? '')) return readChunks(reader, limit)
  const declared = headers['content-length']
  const length = declared !== undefined && /^\d+$/.test(declared) ? Number(declared) : Number.POSITIVE_INFINITY
  const wanted = Math.min(length, limit)
  while (reader.buffer.length < wanted) {
    if (await reader.more()) continue
    if (length === Number.POSITIVE_INFINITY) break
    throw new Error('the connection ended inside the answer')
  }
  return reader.buffer.subarray(0, Math.min(wanted, reader.buffer.length))
}

async function readChunks(reader: Reader, limit: number): Promise<Buffer> {
  let body = Buffer.alloc(0)
  while (body.length < limit) {
    const size = await readSize(reader)
    if (size === 0) return body
    // A chunk may be larger than what is kept.
    const wanted = Math.min(size, limit - body.length)
    await need(reader, wanted)
    body = Buffer.concat([body, reader.buffer.subarray(0, wanted)])
    if (wanted < size) return body
    await need(reader, size + 2)
    reader.buffer = reader.buffer.subarray(size + 2)
  }
  return body
}

async function readSize(reader: Reader): Promise<number> {
  let end = reader.buffer.indexOf('\r\n')
  while (end === -1) {
    if (reader.buffer.length > HEAD_LIMIT) throw new Error('a chunk of the answer is malformed')
    await need(reader, reader.buffer.length + 1)
    end = reader.buffer.indexOf('\r\n')
  }
  const size = /^[0-9a-f]{1,8}/i.exec(reader.buffer.subarray(0, end).toString('latin1'))?.[0]
  if (size === undefined) throw new Error('a chunk of the answer is malformed')
  reader.buffer = reader.buffer.subarray(end + 2)
  return Number.parseInt(size, 16)
}

async function need(reader: Reader, length: number): Promise<void> {
  while (reader.buffer.length < length) {
    if (!(await reader.more())) throw new Error('the connection ended inside the answer')
  }
}
