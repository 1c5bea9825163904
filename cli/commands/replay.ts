import type { Command } from 'commander'
import { z } from 'zod'
import { isBusinessDate } from '#core/business-date.ts'
import { TillwatchError } from '#core/errors.ts'
import { callApi } from './api-client.ts'
import { EXIT, print, withCommonOptions, withPlatform, type CommonOptions } from './shared.ts'

interface ReplayOptions extends CommonOptions {
  readonly since: string
}

interface Replayed {
  readonly since: string
  readonly events_since: string
  readonly events: number
  readonly objects: number
  readonly new: number
  readonly processed: number
}

const instant = z.iso.datetime({ offset: true })

const run = async (options: ReplayOptions): Promise<number> => {
  const { since } = options
  if (!isBusinessDate(since) && !instant.safeParse(since).success)
    throw new TillwatchError(
      'query_invalid',
      '--since must be an instant like 2026-11-22T09:00:00Z or a date like 2026-11-22',
    )
  return withPlatform(options, async (connection) => {
    const done = await callApi<Replayed>(connection, 'POST', '/replay', { since })
    print(options, done, [
      `${done.events} events of Stripe's since ${done.events_since}, ${done.objects} objects since ${done.since}`,
      `${done.new} were new here, ${done.processed} of them are applied`,
    ])
    return EXIT.done
  })
}

/** `tillwatch replay --since T`: exit 3 when Stripe is away. */
export const addReplay = (program: Command, exit: (code: number) => void): void => {
  withCommonOptions(
    program.command('replay').description('heal from Stripe: apply what was made since T and never came'),
  )
    .requiredOption(
      '--since <instant>',
      'RFC 3339 instant, or a date; Stripe lists events for 30 days, objects for ever',
    )
    .action(async (options: ReplayOptions) => exit(await run(options)))
}
