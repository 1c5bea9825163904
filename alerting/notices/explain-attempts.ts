import { lineValue, SYSTEM_CLASSES } from '#core/kpi/kpi.ts'
import { kpisOf } from '#core/kpi/settings.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { Fact, NoticeLink } from '../messages/notice.ts'
import {
  NOTHING,
  SAMPLES,
  factIf,
  sampleOf,
  type Explainer,
  type Explanation,
  type Question,
} from './explanation.ts'
import { paymentsLink } from './links.ts'
import { lostSales } from './lost-sales.ts'
import { readAttempts, type BadAttempt, type BadAttempts } from './read-attempts.ts'
import { sayMoney, saySeconds, sayTime } from './say.ts'
import { countBy, dominant, sayCounts, totalOf, type Count } from './tops.ts'

const countReaders = loadSql(import.meta.url, 'sql/reader_actions_count_by_reader.sql')

/** Whose doing a failure is, for somebody who has just been woken. */
const BLAMES: Readonly<Record<string, string>> = {
  issuer: "refused by the customers' banks",
  customer: 'not completed by the customers',
  fraud: 'refused as suspected fraud',
  provider: 'failed at Stripe',
  network: 'without a connection to Stripe',
  system: 'failed in our own system',
  config: 'wrong settings of ours',
}

/** From this share on, one thing is called the cause. */
const MOST = 0.5
/** From this share on, it is a place's own trouble and not everybody's. */
const NEARLY_ALL = 0.8

interface Tops {
  readonly total: number
  readonly codes: readonly Count[]
  readonly classes: readonly Count[]
  readonly stores: readonly Count[]
  readonly tills: readonly Count[]
  readonly readers: readonly Count[]
}

const named = (names: ReadonlyMap<string, string>, id: string): string => names.get(id) ?? id

const topsOf = (
  { shop }: Deps,
  { labels }: Question,
  { groups }: BadAttempts,
  readers: readonly Count[],
): Tops => {
  const storeNames = new Map(shop.stores.map(({ id, name }) => [id, name]))
  const tillNames = new Map(shop.tills.map(({ id, name }) => [id, name]))
  const readerNames = new Map(shop.readers.map(({ id, label }) => [id, label]))
  const by = (nameOf: (group: (typeof groups)[number]) => string) =>
    countBy(groups, nameOf, ({ attempts }) => attempts)
  const all = by(() => 'all')
  return {
    total: totalOf(all),
    codes: by(({ decline_code: code }) => code),
    classes: by(({ failure_class: kind }) => (kind === 'none' ? '' : kind)),
    // An alert about one store says so itself.
    stores:
      shop.stores.length > 1 && labels['store'] === undefined
        ? by(({ store_id: id }) => named(storeNames, id))
        : [],
    tills: shop.tills.length > 1 ? by(({ till_id: id }) => named(tillNames, id)) : [],
    readers: readers.map(({ name, count }) => ({ name: named(readerNames, name), count })),
  }
}

const breakdownOf = (tops: Tops): Fact[] => [
  ...factIf('Decline codes', sayCounts(tops.codes)),
  ...factIf('Failed by', sayCounts(tops.classes)),
  ...factIf('Stores', sayCounts(tops.stores)),
  ...factIf('Tills', sayCounts(tops.tills)),
  ...factIf('Readers', sayCounts(tops.readers)),
]

/** The narrowest place that nearly all of it comes from: a reader, else a till, else a store. */
const placeOf = ({ readers, tills, stores, total }: Tops): string => {
  const place = [readers, tills, stores]
    .map((counts) => dominant(counts, total, NEARLY_ALL))
    .find((found) => found !== undefined)
  return place === undefined ? '' : `; ${place.count} of ${total} at ${place.name}`
}

/** One sentence on why attempts failed: the code that most have, else the class, else that there is none. */
const causeOfFailures = (tops: Tops): string | null => {
  const { total, codes, classes } = tops
  if (total === 0) return null
  const code = dominant(codes, total, MOST)
  const kind = dominant(classes, total, MOST)
  const blame = kind === undefined ? '' : (BLAMES[kind.name] ?? kind.name)
  const place = placeOf(tops)
  if (code !== undefined)
    return `${code.count} of ${total} failed with ${code.name}${blame === '' ? '' : ` (${blame})`}${place}`
  if (kind !== undefined)
    return `${kind.count} of ${total} ${blame}${codes.length === 0 ? '' : `: ${sayCounts(codes)}`}${place}`
  return `No single cause: ${sayCounts(codes.length === 0 ? classes : codes)} of ${total}${place}`
}

const causeOfSlowness = (tops: Tops, slowMs: number): string | null => {
  if (tops.total === 0) return null
  const place = placeOf(tops)
  const line = saySeconds(slowMs)
  return place === ''
    ? `${tops.total} took longer than ${line}, spread over ${tops.tills.length > 1 ? 'the tills' : 'the shop'}: look at Stripe and at our own load`
    : `${tops.total} took longer than ${line}${place}: look at that place first`
}

const samplesOf = (deps: Deps, { zone }: Question, list: readonly BadAttempt[], isSlow: boolean) => {
  const tills = new Map(deps.shop.tills.map(({ id, name }) => [id, name]))
  return list
    .slice(0, SAMPLES)
    .map((one) =>
      sampleOf(deps, one.payment_id, [
        sayTime(new Date(Number(one.at_ms)), zone),
        sayMoney(BigInt(one.amount), one.currency),
        isSlow ? saySeconds(one.latency_ms) : '',
        one.decline_code === '' && !isSlow ? one.failure_class : one.decline_code,
        named(tills, one.till_id),
      ]),
    )
}

const readersOf = async ({ db }: Deps, list: readonly BadAttempt[]): Promise<Count[]> => {
  const rows = await db.rows<{ reader_id: string; payments: number }>(countReaders, [
    list.map(({ payment_id: id }) => id),
  ])
  return rows.map(({ reader_id: name, payments: count }) => ({ name, count }))
}

/** The line above which an attempt counts as slow: that of the KPI that the rule enforces. */
const slowLineOf = ({ shop }: Deps, { rule, labels }: Question): number => {
  const { latencyAverage, latencyP95 } = kpisOf(shop, labels['store'])
  const line = /avg|average/i.test(rule.name)
    ? latencyAverage.target
    : /target/i.test(rule.name)
      ? latencyP95.target
      : latencyP95.threshold
  return line === null ? 0 : lineValue(line)
}

const linksOf = (deps: Deps, question: Question, codes: readonly Count[], isSlow: boolean): NoticeLink[] => {
  const [code] = codes
  const only = codes.length === 1 && code !== undefined ? { decline_code: code.name } : {}
  return [paymentsLink(deps, question, isSlow ? {} : { status: 'payment_failed', ...only })]
}

const explain =
  (isSlow: boolean): Explainer =>
  async (deps, question): Promise<Explanation> => {
    const { labels, from, to } = question
    const failed = {
      from,
      to,
      store: labels['store'] ?? '',
      method: labels['method'] ?? '',
      code: labels['decline_code'] ?? '',
      slowMs: 0,
      classes: /budget/i.test(question.rule.name) ? SYSTEM_CLASSES : [],
    }
    const slowMs = slowLineOf(deps, question)
    const bad = await readAttempts(deps, isSlow ? { ...failed, slowMs } : failed)
    if (bad.list.length === 0) return { ...NOTHING, links: linksOf(deps, question, [], isSlow) }
    const [readers, lost] = await Promise.all([
      readersOf(deps, bad.list),
      isSlow ? [] : lostSales(deps, bad.list),
    ])
    const tops = topsOf(deps, question, bad, readers)
    return {
      cause: isSlow ? causeOfSlowness(tops, slowMs) : causeOfFailures(tops),
      facts: lost,
      breakdown: isSlow ? breakdownOf({ ...tops, codes: [], classes: [] }) : breakdownOf(tops),
      samples: samplesOf(deps, question, bad.list, isSlow),
      links: linksOf(deps, question, tops.codes, isSlow),
    }
  }

/** Failed attempts: top decline code, failure class, reader, till and store; newest payments; lost sales. */
export const explainAttempts: Explainer = explain(false)

/** Slow attempts: where they come from; newest payments with how long they took. */
export const explainSlowAttempts: Explainer = explain(true)
