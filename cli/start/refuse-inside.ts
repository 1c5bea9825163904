import { lookup } from 'node:dns/promises'
import { isLive, type Config } from '#core/config.ts'
import { TillwatchError } from '#core/errors.ts'
import { resolvedProblems, type Lookup } from '#core/outside-targets.ts'

const resolve: Lookup = async (host) => (await lookup(host, { all: true })).map(({ address }) => address)

/**
 * In production, refuses a start whose messages would go to a name that stands for this machine or a private network: throws
 * `config_invalid`. What an address says by itself `parseConfig` has looked at.
 */
export const refuseInside = async (config: Config, names: Lookup = resolve): Promise<void> => {
  if (!isLive(config)) return
  const problems = await resolvedProblems(config, names)
  if (problems.length > 0)
    throw new TillwatchError('config_invalid', problems.join('\n'), { details: { problems } })
}
