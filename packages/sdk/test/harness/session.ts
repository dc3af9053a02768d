import * as fs from 'node:fs/promises'
import type { Host, HostFileSystem } from '@gate/core'
import { createNodeHost } from '@gate/engine/host'
import { openSession, type Session } from '../../src/session.js'
import type { Machine } from './machine.js'
import type { ScriptedGateway } from './scripted-gateway.js'

/** A machine's home as this process sees it, with a file system that a test may have changed. */
export function hostOn(machine: Machine, files: HostFileSystem = fs): Host {
  return createNodeHost({ home: machine.home, env: machine.env, fs: files })
}

/** A session of a command in this process. */
export function sessionOn(machine: Machine, files?: HostFileSystem, profile?: string): Promise<Session> {
  return openSession({ host: hostOn(machine, files), profile })
}

/** What a first setup is given; the issuer is never asked. */
export function connectionTo(gateway: ScriptedGateway) {
  return { gatewayUrl: gateway.url, issuer: 'https://login.example.com', clientId: 'gate' }
}
