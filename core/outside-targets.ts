import { isInsideAddress, isInsideHost, plainHost } from './inside-address.ts'

/** Settings that name an address which the platform calls by itself. */
export const TARGET_KEYS = [
  'SMTP_URL',
  'PAGERDUTY_URL',
  'SLACK_WEBHOOK_URL',
  'ALERT_WEBHOOK_URL',
  'HEARTBEAT_URL',
] as const

/** Those settings, and the hosts inside that may be called all the same. */
export type Targets = Readonly<Partial<Record<(typeof TARGET_KEYS)[number], string | undefined>>> & {
  readonly TILLWATCH_PRIVATE_HOSTS?: readonly string[] | undefined
}

const targetsOf = (config: Targets): { key: string; host: string }[] => {
  const allowed = config.TILLWATCH_PRIVATE_HOSTS ?? []
  return TARGET_KEYS.flatMap((key) => {
    const url = config[key]
    if (url === undefined) return []
    const host = plainHost(url)
    return allowed.includes(host) ? [] : [{ key, host }]
  })
}

const problemOf = (key: string): string =>
  `${key}: leads to this machine or a private network; name its host in TILLWATCH_PRIVATE_HOSTS if that is meant`

/**
 * What is wrong with where messages go in production, a sentence per key: whoever can set one of these addresses must not be able to
 * make the platform call what only it can reach (reliability.md row 80). Asks nobody; `resolvedProblems` does.
 */
export const insideProblems = (config: Targets): string[] =>
  targetsOf(config)
    .filter(({ host }) => isInsideHost(host))
    .map(({ key }) => problemOf(key))

/** Answers the addresses of a name. */
export type Lookup = (host: string) => Promise<readonly string[]>

/** The same for names: what they stand for now. A name that cannot be resolved now is no problem of this kind. */
export const resolvedProblems = async (config: Targets, lookup: Lookup): Promise<string[]> => {
  const found = await Promise.all(
    targetsOf(config).map(async ({ key, host }) => {
      const addresses = await lookup(host).catch(() => [])
      return addresses.some(isInsideAddress) ? [problemOf(key)] : []
    }),
  )
  return found.flat()
}
