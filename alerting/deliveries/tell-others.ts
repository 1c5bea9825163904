import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { otherWays } from '../people/other-ways.ts'
import type { Notice } from '../messages/notice.ts'
import { addDeliveries, type Address } from './add-deliveries.ts'
import type { Delivery } from './send-due.ts'

const listAddresses = loadSql(import.meta.url, 'sql/deliveries_list_addresses.sql')

/** The same notice, saying why it comes this way. */
const withReason = (notice: Notice, { channel, contact }: Address, reason: string): Notice => ({
  ...notice,
  facts: [
    ...notice.facts,
    { name: 'Told to you because', value: `${channel} to ${contact} failed: ${reason}` },
  ],
})

/**
 * Has a message that cannot be delivered told by another way, in the commit that gives it up: a notice is never lost
 * because one receiver is. Nobody who has this very notice already, or could not be given it, gets it again, so that this ends.
 */
export const tellOthers = async (
  deps: Pick<Deps, 'env' | 'shop' | 'notify' | 'log'>,
  db: Db,
  delivery: Delivery,
  reason: string,
): Promise<void> => {
  const { notice, channel, contact, incident_id: incident } = delivery
  // Only the pager is told that somebody took it, and who is on it knows.
  if (notice.change === 'taken') return
  const { labels, severity } = notice.alert
  const told = await db.rows<Address>(listAddresses, [incident, notice.number])
  const isTold = (other: Address) =>
    told.some((known) => known.channel === other.channel && known.contact === other.contact)
  const failed = { channel, contact, store: labels['store'], severity }
  const others = otherWays(deps.shop, deps.notify, failed).filter((other) => !isTold(other))
  if (others.length === 0) deps.log.error({ incident, channel, contact }, 'nobody else to tell')
  await addDeliveries(deps.env, db, withReason(notice, delivery, reason), others)
}
