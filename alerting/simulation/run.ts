import { attemptsOf, randomOf, type Trade } from './attempts.ts'
import { watchAttempts, type Watch } from './watch-attempts.ts'

/**
 * `npx tsx alerting/simulation/run.ts [hours]`: how often the pager rings for nothing in a shop that is as good as its
 * target, and how soon it rings in one that is not. The engine's own decision and state machine, over seeded shops.
 */
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const PER_HOUR = [20, 50, 100, 200] as const
const TRIES = 200
const DETECT_WITHIN_MS = 24 * HOUR_MS
const SEED = 2026

const WATCH: Watch = {
  lines: { thresholdBp: 9_500, targetBp: 9_800, minAttempts: 20, minFailures: 3, pageTail: 0.001 },
  windowMs: HOUR_MS,
  everyMs: 10_000,
  patience: { forMs: 0, keepMs: 5 * MINUTE_MS },
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`)

const falseAlarms = (perHour: number, hours: number) => {
  const trade: Trade = { perHour, failureRate: 0.02 }
  const told = watchAttempts(
    attemptsOf(() => trade, randomOf(SEED + perHour)),
    WATCH,
    hours * HOUR_MS,
  )
  return { mails: told.mailedMs.length, pages: told.pagedMs.length }
}

/** Two good hours, then a bad shop: minutes until the first page after that, or null. */
const detect = (perHour: number, failureRate: number, seed: number): number | null => {
  const turnMs = 2 * HOUR_MS
  const tradeAt = (atMs: number): Trade => ({ perHour, failureRate: atMs < turnMs ? 0.02 : failureRate })
  const until = turnMs + DETECT_WITHIN_MS
  const { pagedMs } = watchAttempts(attemptsOf(tradeAt, randomOf(seed)), WATCH, until)
  const first = pagedMs.find((ms) => ms > turnMs)
  return first === undefined ? null : (first - turnMs) / MINUTE_MS
}

const quantile = (sorted: readonly (number | null)[], share: number): string => {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
  return value === null ? 'not in a day' : `${value.toFixed(0)} min`
}

const detection = (perHour: number, failureRate: number): string => {
  const tries = Array.from({ length: TRIES }, (_none, at) => detect(perHour, failureRate, SEED + at))
  const sorted = tries.toSorted((one, other) => (one ?? Infinity) - (other ?? Infinity))
  return `${quantile(sorted, 0.5)} / ${quantile(sorted, 0.95)}`
}

const hours = Number(process.argv[2] ?? 10_000)
say(`seed ${SEED}, ${hours} hours at a true 98 %, evaluated each 10 s on the rolling hour`)
say('attempts/h | false mails | false pages | a page every | 90 %: median / p95 | 70 %: median / p95')
for (const perHour of PER_HOUR) {
  const { mails, pages } = falseAlarms(perHour, hours)
  const every = pages === 0 ? 'never' : `${(hours / pages / 24).toFixed(1)} days`
  say([perHour, mails, pages, every, detection(perHour, 0.1), detection(perHour, 0.3)].join(' | '))
}
