/** One question to the list, as a page sends it and as somebody would write it by hand for psql. */
export interface Question {
  readonly name: string
  readonly query: string
  /** What follows `SELECT * FROM payments`; for counts the whole statement. */
  readonly bare: string
}

const newest = 'ORDER BY created_at DESC, id DESC LIMIT 51'

/** Everything that the dashboard asks; `cursor` is where page 50 begins. */
export const questionsOf = (cursor: string, after: { at: string; id: string }): readonly Question[] => [
  { name: 'newest page', query: '', bare: newest },
  {
    name: 'page 50',
    query: `cursor=${cursor}`,
    bare: `WHERE (created_at, id) < ('${after.at}', '${after.id}') ${newest}`,
  },
  { name: 'status', query: 'status=requires_capture', bare: `WHERE status = 'requires_capture' ${newest}` },
  {
    name: 'dates',
    query: 'from=2025-03-01T00:00:00Z&to=2025-04-01T00:00:00Z',
    bare: `WHERE created_at >= '2025-03-01T00:00:00Z' AND created_at < '2025-04-01T00:00:00Z' ${newest}`,
  },
  { name: 'last4', query: 'last4=4242', bare: `WHERE card_last4 = '4242' ${newest}` },
  {
    name: 'amounts',
    query: 'amount_min=20090&amount_max=20099',
    bare: `WHERE amount >= 20090 AND amount <= 20099 ${newest}`,
  },
  {
    name: 'customer',
    query: 'customer_ref=customer%204000',
    bare: `WHERE customer_ref = 'customer 4000' ${newest}`,
  },
  {
    name: 'decline code',
    query: 'status=payment_failed&decline_code=stolen_card',
    bare: `WHERE status = 'payment_failed' AND decline_code = 'stolen_card' ${newest}`,
  },
  { name: 'store', query: 'store=harbour', bare: `WHERE store_id = 'harbour' ${newest}` },
  {
    name: 'largest first',
    query: 'sort=-amount',
    bare: 'ORDER BY amount DESC, id DESC LIMIT 51',
  },
  {
    name: 'search, fields',
    query: 'q=status%3Afailed+amount%3A%3E150+-currency%3Aeur',
    bare: `WHERE status = 'payment_failed' AND amount > 15000 AND currency <> 'eur' ${newest}`,
  },
  {
    name: 'search, text',
    query: 'q=T-500000',
    bare: `WHERE id IN (SELECT p.id FROM sales s JOIN payments p ON p.sale_id = s.id WHERE s.external_ref = 'T-500000') ${newest}`,
  },
  {
    name: 'search, nothing',
    query: 'q=pay_nothinglikethis',
    bare: `WHERE id = 'pay_nothinglikethis' ${newest}`,
  },
]

/** Counts of the tabs: over everything, and over a month. */
export const COUNTS: readonly Question[] = [
  {
    name: 'counts, all',
    query: '',
    bare: 'SELECT status, currency, count(*), sum(amount), sum(amount_refunded) FROM payments GROUP BY 1, 2',
  },
  {
    name: 'counts, a month',
    query: 'from=2025-03-01T00:00:00Z&to=2025-04-01T00:00:00Z',
    bare: `SELECT status, currency, count(*), sum(amount), sum(amount_refunded) FROM payments
      WHERE created_at >= '2025-03-01T00:00:00Z' AND created_at < '2025-04-01T00:00:00Z' GROUP BY 1, 2`,
  },
]
