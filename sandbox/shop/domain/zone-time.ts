/** Calendar dates and wall clock times of the store's zone <-> instants (milliseconds since epoch). */

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formats.set(zone, made)
  return made
}

/** True when the runtime's time zone table knows the zone. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** The wall clock of the zone at an instant, as `{date: 'YYYY-MM-DD', time: 'HH:MM:SS'}`. */
export function localAt(atMs: number, zone: string): { date: string; time: string } {
  const part: Record<string, string> = {}
  for (const { type, value } of formatOf(zone).formatToParts(atMs)) part[type] = value
  return {
    date: `${part['year']}-${part['month']}-${part['day']}`,
    time: `${part['hour']}:${part['minute']}:${part['second']}`,
  }
}

function offsetAt(atMs: number, zone: string): number {
  const local = localAt(atMs, zone)
  return Date.parse(`${local.date}T${local.time}Z`) - Math.floor(atMs / 1000) * 1000
}

/**
 * The instant at which the zone's wall clock shows this date and time. A time that comes twice (autumn) is the first of
 * the two; a time that never comes (spring) moves on by the length of the gap: the "compatible" rule of RFC 5545.
 */
export function instantOf(date: string, time: string, zone: string): number {
  const asUtc = Date.parse(`${date}T${time}Z`)
  const before = offsetAt(asUtc - dayMs, zone)
  const after = offsetAt(asUtc + dayMs, zone)
  const shown = [asUtc - before, asUtc - after].filter((at) => asUtc - at === offsetAt(at, zone))
  return shown.length > 0 ? Math.min(...shown) : asUtc - before
}

/** The instant at which a calendar date begins in the zone. */
export function startOfDate(date: string, zone: string): number {
  return instantOf(date, '00:00:00', zone)
}

/** The calendar date `days` after (or before, when negative) a date; no zone is involved. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

/** 0 = Sunday ... 6 = Saturday, of a calendar date. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay()
}

/** True for a date that exists in the calendar, written `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
    addDays(text, 0) === text
  )
}

/** RFC 3339 in UTC with milliseconds. */
export function rfc3339(atMs: number): string {
  return new Date(atMs).toISOString()
}
