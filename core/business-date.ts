/** Calendar days of a time zone. A business date is `YYYY-MM-DD`; its day has 23 to 25 hours. */

const formatters = new Map<string, Intl.DateTimeFormat>()

const formatterOf = (zone: string): Intl.DateTimeFormat => {
  const known = formatters.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formatters.set(zone, made)
  return made
}

const localParts = (instant: Date, zone: string): Record<string, string> =>
  Object.fromEntries(
    formatterOf(zone)
      .formatToParts(instant)
      .map((part) => [part.type, part.value]),
  )

/** The date on the wall calendar of `zone` at `instant`. Throws RangeError for an unknown zone. */
export const businessDateOf = (instant: Date, zone: string): string => {
  const { year, month, day } = localParts(instant, zone)
  return `${year}-${month}-${day}`
}

/** How far the wall clock of `zone` is before UTC at `instant`; milliseconds, negative west of it. */
export const offsetMs = (instant: Date, zone: string): number => {
  const p = localParts(instant, zone)
  const asUtc = Date.UTC(
    Number(p['year']),
    Number(p['month']) - 1,
    Number(p['day']),
    Number(p['hour']),
    Number(p['minute']),
    Number(p['second']),
  )
  return asUtc - Math.floor(instant.getTime() / 1000) * 1000
}

/** The first instant of a business date in `zone`: midnight, or the end of the gap where midnight does not exist. */
export const startOfBusinessDate = (date: string, zone: string): Date => {
  const utc = Date.parse(`${date}T00:00:00Z`)
  const candidates = [-24, 0, 24].map((hours) => utc - offsetMs(new Date(utc + hours * 3_600_000), zone))
  const starts = candidates.filter((ms) => businessDateOf(new Date(ms), zone) === date)
  const first = Math.min(...(starts.length > 0 ? starts : candidates))
  return new Date(first)
}

/** The next calendar date. */
export const nextDate = (date: string): string => addDays(date, 1)

/** The calendar date `days` later, or earlier when negative. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** The first instant after a business date in `zone`. */
export const endOfBusinessDate = (date: string, zone: string): Date =>
  startOfBusinessDate(nextDate(date), zone)

/** Every date from `from` to `to`, both included; empty when `from` is later. */
export const datesBetween = (from: string, to: string): string[] => {
  const dates: string[] = []
  for (let date = from; date <= to; date = nextDate(date)) dates.push(date)
  return dates
}

/** True for a real calendar date written `YYYY-MM-DD`. */
export const isBusinessDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
  new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)
