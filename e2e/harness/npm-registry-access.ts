/** How this machine reaches the npm registry, for machines that are behind a certificate authority of their own. */
export function npmRegistryAccess(): Record<string, string> {
  const { NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, HTTPS_PROXY, https_proxy } = process.env
  const authority = NODE_EXTRA_CA_CERTS ?? SSL_CERT_FILE
  const proxy = HTTPS_PROXY ?? https_proxy
  return {
    ...(authority ? { NODE_EXTRA_CA_CERTS: authority } : {}),
    ...(proxy ? { npm_config_https_proxy: proxy } : {}),
  }
}
