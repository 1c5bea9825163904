import { loadSql } from '#core/postgres/sql.ts'
import { NOTHING, SAMPLES, factIf, type Explainer } from './explanation.ts'
import { listSamples, type ListedPayment } from './listed-payment.ts'
import { countBy, sayCounts, totalOf } from './tops.ts'

const sumCalls = loadSql(import.meta.url, 'sql/service_pulses_sum_stripe.sql')
const groupOpen = loadSql(import.meta.url, 'sql/money_calls_group_open.sql')
const listWaiting = loadSql(import.meta.url, 'sql/payments_list_waiting.sql')

/** Outcomes of calls to Stripe as a person says them; a refused card is Stripe at work. */
const WORDS: Readonly<Record<string, string>> = {
  api_error: 'Stripe answered with an error of its own',
  connection_error: 'Stripe was not reached',
  rate_limited: 'Stripe asked us to slow down',
  auth_error: 'Stripe refused our key',
  invalid_request: 'Stripe refused what we asked',
}

/** Calls to Stripe: which error most of them have, which of our own calls wait for an answer, and for which payments. */
export const explainStripe: Explainer = async ({ db, ...deps }, { from, to, zone }) => {
  const [outcomes, open, waiting] = await Promise.all([
    db.rows<{ outcome: string; calls: number }>(sumCalls, [from, to]),
    db.rows<{ operation: string; calls: number }>(groupOpen, [to]),
    db.rows<ListedPayment>(listWaiting, [SAMPLES]),
  ])
  const all = countBy(
    outcomes,
    ({ outcome }) => outcome,
    ({ calls }) => calls,
  )
  const [worst] = all.filter(({ name }) => WORDS[name] !== undefined)
  const operations = countBy(
    open,
    ({ operation }) => operation,
    ({ calls }) => calls,
  )
  return {
    ...NOTHING,
    cause:
      worst === undefined
        ? null
        : `${WORDS[worst.name] ?? worst.name} (${worst.name}): ${worst.count} of ${totalOf(all)} calls`,
    breakdown: [
      ...factIf('Calls to Stripe', sayCounts(all)),
      ...factIf('Waiting for an answer', sayCounts(operations)),
    ],
    samples: listSamples({ ...deps }, waiting, zone),
    links: [{ text: "Stripe's own status", url: 'https://status.stripe.com' }],
  }
}
