import type { PagerEvent } from './pager-event.ts'

/** What a person did in the pager's own app. */
export const DEEDS = ['acknowledge', 'unacknowledge', 'resolve'] as const
export type Deed = (typeof DEEDS)[number]

type Taken = {
  seq: number
  id: string
  /** The sandbox's clock, RFC 3339. */
  at: string
  /** The machine's clock, milliseconds since epoch. */
  received_ms: number
  dedup_key: string
  service: string
}

/** An event as it was taken, or a person's deed. */
export type StoredPage =
  | (Taken & { kind: 'event' } & Omit<PagerEvent, 'dedup_key' | 'service'>)
  | (Taken & { kind: 'deed'; deed: Deed; by: string })

export type IncidentStatus = 'triggered' | 'acknowledged' | 'resolved'

export type PagerIncident = {
  id: string
  number: number
  dedup_key: string
  service: string
  status: IncidentStatus
  summary: string
  severity: string
  opened_at: string
  opened_ms: number
  acknowledged_at: string | null
  acknowledged_by: string | null
  resolved_at: string | null
  resolved_by: string | null
  /** How often it was triggered while it was open. */
  triggers: number
  /** The events and deeds that changed it, oldest first. */
  events: string[]
}

/** What came of an event: PagerDuty takes also what changes nothing. */
export type Effect = 'opened' | 'joined' | 'acknowledged' | 'unacknowledged' | 'resolved' | 'dropped'

const BY_API = 'Events API'

const fieldOf = (page: StoredPage, name: string): string =>
  page.kind === 'event' ? String(page.payload?.[name] ?? '') : ''

const openedBy = (page: StoredPage): PagerIncident => ({
  id: `Q${page.id.slice(-14).toUpperCase()}`,
  number: page.seq,
  dedup_key: page.dedup_key,
  service: page.service,
  status: 'triggered',
  summary: fieldOf(page, 'summary'),
  severity: fieldOf(page, 'severity'),
  opened_at: page.at,
  opened_ms: page.received_ms,
  acknowledged_at: null,
  acknowledged_by: null,
  resolved_at: null,
  resolved_by: null,
  triggers: 1,
  events: [page.id],
})

/** Changes the open incident as an event or deed says. */
const change = (incident: PagerIncident, page: StoredPage): Effect => {
  incident.events.push(page.id)
  const by = page.kind === 'deed' ? page.by : BY_API
  const verb = page.kind === 'deed' ? page.deed : page.event_action
  switch (verb) {
    case 'trigger':
      incident.triggers += 1
      return 'joined'
    case 'acknowledge':
      Object.assign(incident, { status: 'acknowledged', acknowledged_at: page.at, acknowledged_by: by })
      return 'acknowledged'
    case 'unacknowledge':
      Object.assign(incident, { status: 'triggered', acknowledged_at: null, acknowledged_by: null })
      return 'unacknowledged'
    case 'resolve':
      Object.assign(incident, { status: 'resolved', resolved_at: page.at, resolved_by: by })
      return 'resolved'
  }
}

export type Book = {
  /** Oldest first. */
  incidents: PagerIncident[]
  effects: Map<string, Effect>
}

/**
 * What PagerDuty makes of events in their order: a trigger joins the open incident of its key or opens a new one, also when
 * it is late and the incident it belonged to is closed; an acknowledge or resolve without an open incident is dropped.
 */
export const readBook = (pages: readonly StoredPage[]): Book => {
  const incidents: PagerIncident[] = []
  const open = new Map<string, PagerIncident>()
  const effects = new Map<string, Effect>()
  for (const page of pages) {
    const key = `${page.service} ${page.dedup_key}`
    const incident = open.get(key)
    if (incident) {
      effects.set(page.id, change(incident, page))
      if (incident.status === 'resolved') open.delete(key)
    } else if (page.kind === 'event' && page.event_action === 'trigger') {
      const opened = openedBy(page)
      incidents.push(opened)
      open.set(key, opened)
      effects.set(page.id, 'opened')
    } else {
      effects.set(page.id, 'dropped')
    }
  }
  return { incidents, effects }
}
