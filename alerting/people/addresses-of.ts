import type { Contact } from '#core/contacts.ts'
import { AUDIENCES, type Audience } from '#core/contracts/audiences.ts'
import type { Notify } from '#core/notify.ts'
import type { Shop } from '#core/shop.ts'
import type { Address } from '../deliveries/add-deliveries.ts'
import type { Severity } from '../messages/notice.ts'

/** What decides by which ways an audience is told. */
export interface About {
  /** The incident's store; without one it is about all of them. */
  readonly store?: string | undefined
  readonly severity: Severity
  /** The rule's own word that it is worth a page. */
  readonly pages: boolean
}

export type People = Pick<Shop, 'contacts' | 'stores'>
export type Ways = Pick<Notify, 'smtpUrl' | 'pager' | 'slackUrl' | 'webhook'>

/** Asked in this order when an audience reaches nobody: an alert is never told to no one because a name is missing. */
const STAND_INS: readonly Audience[] = ['on_call', 'it_support', 'management', 'store_manager']

/** One pager, one Slack channel and one webhook per installation: their contact only names them. */
const PAGER: Address = { channel: 'pager', contact: 'on_call' }
const SLACK: Address = { channel: 'slack', contact: 'slack' }
const WEBHOOK: Address = { channel: 'webhook', contact: 'tillwatch' }

const isContact = (contact: Contact | undefined): contact is Contact => contact !== undefined

/** A store's own contacts, or the shop's; what is about no one store reaches those of every store. */
export const contactsOf = (
  { contacts, stores }: People,
  audience: Audience,
  store: string | undefined,
): readonly Contact[] => {
  const own = stores
    .filter(({ id }) => store === undefined || id === store)
    .map((each) => each.contacts[audience])
    .filter(isContact)
  const shops = [contacts[audience]].filter(isContact)
  if (store === undefined) return [...shops, ...own]
  return own.length > 0 ? own : shops
}

/** Whoever is on call is who carries the pager, also when shop.yaml says nothing of them. */
const ringsFor = (audience: Audience, contacts: readonly Contact[]): boolean =>
  contacts.length === 0 ? audience === 'on_call' : contacts.some(({ pager }) => pager)

/** Addresses of one audience; none when shop.yaml and the configuration lead to nobody. */
const reach = (people: People, ways: Ways, audience: Audience, about: About): readonly Address[] => {
  const contacts = contactsOf(people, audience, about.store)
  const pages = about.pages && about.severity === 'critical'
  return [
    ...(ways.pager !== null && pages && ringsFor(audience, contacts) ? [PAGER] : []),
    ...(ways.smtpUrl === null
      ? []
      : contacts.flatMap(({ mail }) => mail.map((contact) => ({ channel: 'mail', contact })))),
    ...(ways.slackUrl !== null && contacts.some(({ slack }) => slack) ? [SLACK] : []),
  ]
}

/** What tells two addresses apart; the name of a mail's host has no case. */
const identity = ({ channel, contact }: Address): string => `${channel} ${contact.toLowerCase()}`

const unique = (addresses: readonly Address[]): Address[] =>
  addresses.filter(
    (address, place) => place === addresses.findIndex((other) => identity(other) === identity(address)),
  )

const reachOrStandIn = (people: People, ways: Ways, audience: Audience, about: About): readonly Address[] => {
  const own = reach(people, ways, audience, about)
  if (own.length > 0) return own
  for (const other of STAND_INS) {
    const instead = reach(people, ways, other, about)
    if (instead.length > 0) return instead
  }
  return []
}

/**
 * Every address to which a message for `audiences` goes, each once, the pager first: it rings only for a critical alert that
 * pages. The webhook, when there is one, hears whatever anybody hears. An audience that reaches nobody is stood in for.
 */
export const addressesOf = (
  people: People,
  ways: Ways,
  audiences: readonly string[],
  about: About,
): Address[] => {
  // The policy of an old incident may name an audience that there is no more.
  const named = AUDIENCES.filter((audience) => audiences.includes(audience))
  const addresses = named.flatMap((audience) => reachOrStandIn(people, ways, audience, about))
  const everywhere = audiences.length > 0 && ways.webhook !== null ? [WEBHOOK] : []
  const pagerFirst = (address: Address) => (address.channel === 'pager' ? 0 : 1)
  return unique([...addresses, ...everywhere]).sort((one, other) => pagerFirst(one) - pagerFirst(other))
}

/** An audience that some rule tells and that nobody stands behind; `store` when only that store lacks it. */
export interface Gap {
  readonly audience: Audience
  readonly store: string | null
}

/**
 * Audiences of `told` that reach nobody by any way that is set up, for the whole shop or for one of its stores. Pages are
 * counted as such, so that a pager alone is somebody.
 */
export const gapsOf = (people: People, ways: Ways, told: readonly Audience[]): Gap[] => {
  const about = (store: string): About => ({ store, severity: 'critical', pages: true })
  return AUDIENCES.filter((audience) => told.includes(audience)).flatMap((audience): Gap[] => {
    const without = people.stores.filter(({ id }) => reach(people, ways, audience, about(id)).length === 0)
    if (without.length === people.stores.length) return [{ audience, store: null }]
    return without.map(({ id }) => ({ audience, store: id }))
  })
}
