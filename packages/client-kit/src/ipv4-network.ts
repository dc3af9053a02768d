/** Whether an IPv4 address lies in a network such as `127.0.0.0/8`; false for anything else. Pure. */
export function ipv4InNetwork(address: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/')
  const [number, first, length] = [ipv4(address), ipv4(base), Number(bits)]
  if (number === undefined || first === undefined || bits === '' || !(length >= 0 && length <= 32)) return false
  const size = 2 ** (32 - length)
  return Math.floor(number / size) === Math.floor(first / size)
}

function ipv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number)
  return parts?.every((part) => part <= 255) ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined
}
