import type { Address } from '../deliveries/add-deliveries.ts'
import type { Severity } from '../messages/notice.ts'
import { addressesOf, type People, type Ways } from './addresses-of.ts'

/** A message that could not be delivered, and what it was about. */
export interface Undelivered extends Address {
  readonly store: string | undefined
  readonly severity: Severity
}

const only =
  (...channels: string[]) =>
  ({ channel }: Address): boolean =>
    channels.includes(channel)

/**
 * By what other ways to tell what `failed` could not: for a pager, mail to whoever is on call and to management; for mail,
 * the pager when it is critical, or Slack, or else the mail of others; for the rest, mail to whoever is on call. May be
 * empty, when there is no other way (knowledge: observability §1.3, "final failure -> next channel").
 */
export const otherWays = (people: People, ways: Ways, failed: Undelivered): Address[] => {
  const { store, severity, channel } = failed
  const about = { store, severity, pages: true }
  const whom = channel === 'pager' || channel === 'mail' ? ['on_call', 'management'] : ['on_call']
  const all = addressesOf(people, ways, whom, about)
  if (channel !== 'mail')
    return all.filter(only('mail', 'slack')).filter((other) => other.channel !== channel)
  const louder = all.filter(only('pager', 'slack'))
  return louder.length > 0
    ? louder
    : all.filter(only('mail')).filter(({ contact }) => contact !== failed.contact)
}
