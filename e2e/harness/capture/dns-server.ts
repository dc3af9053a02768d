import { createSocket } from 'node:dgram'

const TYPE_A = 1
const HEADER_BYTES = 12

/** A DNS server that gives every name the same address. */
export interface DnsServer {
  /** Every name that was asked for, in order. */
  readonly names: string[]
  stop(): Promise<void>
}

/**
 * Answers on UDP port 53 of an address.
 *
 * @param listenOn Where to answer, e.g. `127.0.0.1`.
 * @param answer IPv4 address that every name gets; questions for other record types get an empty answer.
 */
export async function startDnsServer(listenOn: string, answer: string): Promise<DnsServer> {
  const names: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (query, peer) => {
    const question = readQuestion(query)
    names.push(question.name)
    socket.send(respond(query, question, answer), peer.port, peer.address)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(53, listenOn, resolve)
  })
  return { names, stop: () => new Promise((resolve) => socket.close(() => resolve())) }
}

interface Question {
  readonly name: string
  readonly type: number
  /** Offset of the first byte after the question. */
  readonly end: number
}

function readQuestion(query: Buffer): Question {
  const labels: string[] = []
  let at = HEADER_BYTES
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function respond(query: Buffer, question: Question, address: string): Buffer {
  const isAddress = question.type === TYPE_A
  const header = Buffer.alloc(HEADER_BYTES)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(0x8580, 2) // response, authoritative, recursion available
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(isAddress ? 1 : 0, 6)
  const record = Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split('.').map(Number)])
  return Buffer.concat([header, query.subarray(HEADER_BYTES, question.end), ...(isAddress ? [record] : [])])
}
