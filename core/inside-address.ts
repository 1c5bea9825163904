import { BlockList, isIP } from 'node:net'

/** Networks that nobody outside has: this machine, links, private ones (metadata services among them), and no single receiver. */
const V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]
/** The same in IPv6, and ways to write IPv4 in it: compatible, NAT64, Teredo, 6to4. Mapped ones are looked up as IPv4. */
const V6: readonly (readonly [string, number])[] = [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]

const INSIDE = new BlockList()
for (const [network, bits] of V4) INSIDE.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of V6) INSIDE.addSubnet(network, bits, 'ipv6')

/** Names that are given out inside a house only. */
const INSIDE_NAME = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home\.arpa)$/

/** True for an address of this machine, of a private network, of a link, or of a cloud's metadata. */
export const isInsideAddress = (address: string): boolean => {
  const text = address.split('%')[0] ?? ''
  const family = isIP(text)
  return family !== 0 && INSIDE.check(text, family === 4 ? 'ipv4' : 'ipv6')
}

/** A host of any URL as resolvers read it: lower case, `0x7f.1` and `2130706433` written out, no dot at the end, no brackets. */
export const plainHost = (url: string): string => {
  const { hostname } = new URL(url)
  const http = `http://${hostname}`
  const host = URL.canParse(http) ? new URL(http).hostname : hostname.toLowerCase()
  return host.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}

/** True for a host that is inside by its name alone, without asking anybody. */
export const isInsideHost = (host: string): boolean => {
  if (isIP(host) !== 0) return isInsideAddress(host)
  return !host.includes('.') || INSIDE_NAME.test(host)
}
