import { TYPE_GROUPS } from '#core/metrics/of-stripe.ts'

/** What part of a payment's life an event is about, by its type: "charge.dispute.created" is of a dispute. */
export const typeGroupOf = (type: string): (typeof TYPE_GROUPS)[number] => {
  const [first = '', second = ''] = type.split('.')
  const name = first === 'charge' && (second === 'dispute' || second === 'refund') ? second : first
  return TYPE_GROUPS.find((group) => group === name) ?? 'other'
}
