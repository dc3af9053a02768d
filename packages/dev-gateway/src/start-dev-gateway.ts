import type { DevGateway, DevGatewayOptions } from './contract.js'

/**
 * Starts an OpenID provider and an LLM gateway that demands its tokens, both on 127.0.0.1.
 *
 * @param options Ports, paths, lifetimes, consent; see {@link DevGatewayOptions}.
 * @throws Error with code `EADDRINUSE` when a requested port is taken.
 */
export declare function startDevGateway(options?: DevGatewayOptions): Promise<DevGateway>
