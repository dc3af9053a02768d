import { tableAt } from '@gate/client-kit'
import { type Connection, type Host, isTable, type Override, type Table } from '@gate/core'
import { type ConfigLayers, readLayers } from './config-layers.js'
import { environmentOverrides, type Traffic } from './environment-overrides.js'
import { extensionOverrides } from './extensions.js'
import { type Choice, directoryOverrides, fileOverrides } from './file-overrides.js'
import { defaultModel } from './models.js'
import { modelsFile } from './paths.js'
import { PROVIDER, provider } from './plan.js'

/**
 * What beats gate's choice for a pi started in the host's working directory and environment. Reads files only; never tells
 * a value that could be a secret.
 *
 * Not to be seen from outside: options on pi's command line (`--provider`, `--model`, `--models`, `--api-key`, `--approve`),
 * sessions that are resumed with the model that they were held with, and what extensions do.
 */
export async function overrides(host: Host, connection: Connection | undefined): Promise<readonly Override[]> {
  const layers = await readLayers(host)
  const ours = connection ? provider(host, connection) : await writtenProvider(host)
  return [
    ...fileOverrides(layers, choiceOf(layers, ours, connection)),
    ...(await extensionOverrides(host, layers)),
    ...(await directoryOverrides(host)),
    ...environmentOverrides(host, layers.user, trafficOf(ours)),
  ]
}

async function writtenProvider(host: Host): Promise<Table> {
  const read = await host.engine.readDocument(modelsFile(host), 'jsonc')
  return read.state === 'parsed' ? tableAt(read.value, 'providers', PROVIDER) : {}
}

function choiceOf({ user }: ConfigLayers, ours: Table, connection: Connection | undefined): Choice {
  const written = user?.content.defaultModel
  return {
    model: connection ? defaultModel(connection) : typeof written === 'string' ? written : '',
    offered: modelsOf(ours).flatMap(({ id }) => (typeof id === 'string' ? [id] : [])),
    isNamed: connection !== undefined && connection.models.length > 0,
  }
}

function trafficOf(ours: Table): Traffic {
  const models = modelsOf(ours)
  return {
    baseUrls: models.flatMap(({ baseUrl }) => (typeof baseUrl === 'string' ? [baseUrl] : [])),
    sendsApiKeyHeader: ours.authHeader === true && models.some(({ api }) => api === 'anthropic-messages'),
  }
}

function modelsOf({ models }: Table): readonly Table[] {
  return Array.isArray(models) ? models.filter(isTable) : []
}
