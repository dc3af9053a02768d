export type {
  ArmedFailure,
  Consent,
  DevGateway,
  DevGatewayOptions,
  Failure,
  FailureKind,
  GatewayAuth,
  IssuerCounters,
  KnownToken,
  OfferedModel,
  RecordedRequest,
  RequestLog,
  RuntimeSettings,
  TokenFailure,
  TokenFailureKind,
  Visit,
} from './contract.js'
export { startDevGateway } from './start-dev-gateway.js'
