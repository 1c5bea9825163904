import { newId } from '#core/ids.ts'
import type { Deps } from '#core/service.ts'
import type { Address } from '../deliveries/add-deliveries.ts'
import type { Fact, Notice, Severity } from '../messages/notice.ts'
import type { Held } from './memory.ts'
import { readerOf } from './storm.ts'

/** What is held back is told this long after the first of it, and not more often than every ten minutes. */
export const DIGEST_AFTER_MS = 60_000
export const DIGEST_EVERY_MS = 600_000

const LISTED_MAX = 20

/** Messages that one digest tells of, and the digest. */
export interface Digest {
  readonly address: Address
  readonly notice: Notice
  readonly heldIds: readonly string[]
}

const ORDER: readonly Severity[] = ['critical', 'warning', 'info']

const isDue = (held: readonly Held[], at: Date): boolean => {
  const first = held[0]
  if (first === undefined || at.getTime() - first.heldAt.getTime() < DIGEST_AFTER_MS) return false
  return first.lastDigest === null || at.getTime() - first.lastDigest.getTime() >= DIGEST_EVERY_MS
}

const factOf = ({ notice, isOver }: Held): Fact => ({
  name: notice.alert.name,
  value: `${isOver ? 'over again: ' : ''}${notice.alert.headline}`,
})

const countsOf = (held: readonly Held[]): string => {
  const counts = new Map<string, number>()
  for (const { notice } of held) counts.set(notice.alert.name, (counts.get(notice.alert.name) ?? 0) + 1)
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} x ${name}`)).join(', ')
}

const noticeOf = (deps: Deps, held: readonly Held[], since: Date, at: Date): Notice => {
  const id = newId(deps.env, 'digest')
  const url = `${deps.notify.publicUrl}/alerts`
  const more = held.length - LISTED_MAX
  const severity = ORDER.find((one) => held.some(({ notice }) => notice.alert.severity === one)) ?? 'info'
  return {
    incident: { id, key: id, openedAt: since, url, ackUrl: url },
    number: 1,
    at,
    change: 'fired',
    alert: {
      name: 'AlertStorm',
      severity,
      labels: {},
      headline: `${held.length} more alerts that were not sent one by one: ${countsOf(held)}`,
    },
    facts: [
      ...held.slice(0, LISTED_MAX).map(factOf),
      ...(more > 0 ? [{ name: 'And', value: `${more} more` }] : []),
    ],
    cause: 'Many alerts at once mostly have one cause: look at the most severe and the earliest first.',
    samples: [],
    runbook: {
      title: 'Runbook section 3, Escalation Procedures',
      url: `${deps.notify.publicUrl}/docs/alerts#alertstorm`,
      steps: [
        'Open the list of alerts.',
        'Take the most severe and earliest one.',
        'Silence what follows from it.',
      ],
    },
  }
}

/** One message per reader for everything that was held back from them, when it is time. */
export const writeDigests = (deps: Deps, held: readonly Held[], at: Date): readonly Digest[] => {
  const readers = new Map<string, Held[]>()
  for (const one of held) {
    const key = readerOf(one.address)
    const others = readers.get(key)
    if (others) others.push(one)
    else readers.set(key, [one])
  }
  return [...readers.values()].flatMap((own) => {
    const [first] = own
    if (first === undefined || !isDue(own, at)) return []
    return [
      {
        address: first.address,
        notice: noticeOf(deps, own, first.heldAt, at),
        heldIds: own.map(({ id }) => id),
      },
    ]
  })
}
