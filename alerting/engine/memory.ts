import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { Address } from '../deliveries/add-deliveries.ts'
import type { AlertState } from '../domain/alert-state.ts'
import type { Labels } from '../domain/labels.ts'
import type { Judgement } from '../domain/rule.ts'
import type { Silence } from '../domain/silence.ts'
import { readNotice, type StoredIncident } from '../incidents/incident.ts'
import { fromRow, toldOf } from '../incidents/store-incident.ts'
import type { Notice } from '../messages/notice.ts'
import { asSilence, type StoredSilence } from '../silences/silence-store.ts'
import { moved } from './clock-step.ts'

const listStates = loadSql(import.meta.url, 'sql/states_list.sql')
const listOpen = loadSql(import.meta.url, 'sql/incidents_list_open.sql')
const listActive = loadSql(import.meta.url, 'sql/silences_list_active.sql')
const listHeld = loadSql(import.meta.url, 'sql/held_list_waiting.sql')

/** What is remembered of one alert: a rule and a set of labels. */
export interface AlertRecord {
  readonly rule: string
  /** `identityOf` its labels. */
  readonly labelsKey: string
  readonly labels: Labels
  readonly state: AlertState
  /** The newest that said anything: no data and too small a sample replace none. */
  readonly judgement: Judgement | null
  readonly incidentId: string | null
  readonly loudSince: Date | null
  readonly closedAt: Date | null
}

/** A message that waits for a digest. */
export interface Held {
  readonly id: string
  readonly address: Address
  readonly notice: Notice
  readonly heldAt: Date
  readonly isOver: boolean
  readonly lastDigest: Date | null
}

/** Everything that an evaluation starts from, as of one instant. */
export interface Remembered {
  readonly alerts: readonly AlertRecord[]
  readonly incidents: readonly StoredIncident[]
  /** Who was told of each open incident. */
  readonly told: ReadonlyMap<string, readonly Address[]>
  readonly silences: readonly Silence[]
  readonly held: readonly Held[]
}

type StateRow = AlertState & {
  readonly rule: string
  readonly labels_key: string
  readonly labels: Labels
  readonly judgement: Judgement | null
  readonly incident_id: string | null
  readonly loud_since: Date | null
  readonly closed_at: Date | null
}

const alertOf =
  (stepMs: number) =>
  (row: StateRow): AlertRecord => ({
    rule: row.rule,
    labelsKey: row.labels_key,
    labels: row.labels,
    state: {
      phase: row.phase,
      since: moved(row.since, stepMs),
      missing: row.missing,
      failing: row.failing,
    },
    judgement: row.judgement,
    incidentId: row.incident_id,
    loudSince: moved(row.loud_since, stepMs),
    closedAt: moved(row.closed_at, stepMs),
  })

/** When it opened stays what people were told; what is counted from it moves. */
const incidentOf =
  (stepMs: number) =>
  (row: StoredIncident): StoredIncident => ({
    ...fromRow(row),
    counted_from: moved(row.counted_from, stepMs),
    acked_at: moved(row.acked_at, stepMs),
  })

type HeldRow = {
  readonly id: string
  readonly channel: string
  readonly contact: string
  readonly notice: Notice
  readonly held_at: Date
  readonly is_over: boolean
  readonly last_digest: Date | null
}

const heldOf = (row: HeldRow): Held => ({
  id: row.id,
  address: { channel: row.channel, contact: row.contact },
  notice: readNotice(row.notice),
  heldAt: row.held_at,
  isOver: row.is_over,
  lastDigest: row.last_digest,
})

/**
 * Reads all of it as of one instant: an incident that a person closes meanwhile is either there with its alerts or gone from
 * both. Instants from which anything lasts are moved by `stepMs`, the correction of the clock since the last evaluation.
 */
export const recall = async ({ db }: Pick<Deps, 'db'>, at: Date, stepMs: number): Promise<Remembered> =>
  db.withTransaction(async (own: Db) => {
    const alerts = await own.rows<StateRow>(listStates)
    const incidents = await own.rows<StoredIncident>(listOpen)
    const silences = await own.rows<StoredSilence>(listActive, [at])
    const held = await own.rows<HeldRow>(listHeld)
    return {
      alerts: alerts.map(alertOf(stepMs)),
      incidents: incidents.map(incidentOf(stepMs)),
      told: await toldOf(
        own,
        incidents.map(({ id }) => id),
      ),
      silences: silences.map(asSilence),
      held: held.map(heldOf),
    }
  }, 'REPEATABLE READ')
