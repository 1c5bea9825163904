import { randomUUID } from 'node:crypto'
import { eventually } from '../tillwatch.ts'
import { whenPhase } from './engine-eye.ts'
import type { Scene } from './scene.ts'
import { loadSql } from '#core/postgres/sql.ts'

const insertPosting = loadSql(import.meta.url, 'sql/scene_posting_insert.sql')
const deleteEntry = loadSql(import.meta.url, 'sql/scene_entry_delete.sql')
const holdEvent = loadSql(import.meta.url, 'sql/scene_event_hold.sql')
const countFailed = loadSql(import.meta.url, 'sql/scene_events_count_failed.sql')
const countDue = loadSql(import.meta.url, 'sql/scene_events_count_due.sql')
const selectStatus = loadSql(import.meta.url, 'sql/scene_event_select_status.sql')

/** Something that goes wrong in a shop, the alert that it must raise, and how it ends. */
export interface Story {
  readonly name: string
  readonly rule: string
  /** Just not enough: nobody may hear of it. */
  readonly almost?: (scene: Scene) => Promise<void>
  readonly provoke: (scene: Scene) => Promise<void>
  readonly recover: (scene: Scene) => Promise<void>
  /** What is wrong as well but follows from it: raised, and told to nobody. */
  readonly mutes?: { readonly rule: string; readonly provoke: (scene: Scene) => Promise<void> }
}

const LEDGER_ENTRY = 'jrn_scene_unbalanced'
/** A window of an hour, and a little. */
const AN_HOUR = 61

/** Breaks what the rules say, always; without rules all is well again. */
const faults = async (scene: Scene, ...rules: object[]) =>
  rules.length === 0
    ? scene.control('DELETE', '/faults')
    : scene.control('POST', '/faults', { rules: rules.map((rule) => ({ probability: 1, ...rule })), seed: 1 })

/** An event that says too little to be applied: our side fails on it, again and again. */
const deliverBroken = async (scene: Scene, count: number): Promise<string[]> => {
  const ids: string[] = []
  for (let n = 0; n < count; n += 1) {
    const id = `evt_${randomUUID().replaceAll('-', '')}`
    const status = await scene.deliver({
      id,
      object: 'event',
      type: 'charge.succeeded',
      created: Math.floor((await scene.nowMs()) / 1_000),
      livemode: false,
      data: { object: { id: `ch_${n}broken`, object: 'charge' } },
    })
    if (status !== 200) throw new Error(`the endpoint answered ${status}`)
    ids.push(id)
  }
  return ids
}

const whenFailed = async (scene: Scene, ids: readonly string[]): Promise<void> => {
  for (const id of ids)
    await eventually(`${id} has failed`, async () => {
      const { rows } = await scene.owner.query<{ status: string }>(selectStatus.text, [id])
      return rows[0]?.status === 'failed' ? true : undefined
    })
}

const countOf = async ({ owner }: Scene, text: string, params: unknown[] = []): Promise<number> =>
  (await owner.query<{ count: number }>(text, params)).rows[0]?.count ?? 0

/** Longer than the longest wait between two tries of an event, in minutes. */
const TO_THE_NEXT_TRY = 11

/** Broken events are tried until they are put aside; an hour later they are no longer news. */
const giveUpOnEvents = async (scene: Scene) => {
  while ((await countOf(scene, countFailed.text)) > 0) {
    await scene.jump(TO_THE_NEXT_TRY)
    const now = new Date(await scene.nowMs())
    await eventually('what was due has been tried', async () =>
      (await countOf(scene, countDue.text, [now])) === 0 ? true : undefined,
    )
  }
  await scene.jump(AN_HOUR)
}

const refuseMany = async (scene: Scene) => {
  await scene.sell(30)
  await scene.sell(10, 'refused')
}

const afterAnHourOfSales = async (scene: Scene) => {
  await scene.jump(AN_HOUR)
  await scene.sell(30)
}

/** A worker that hangs on an event: it is due, and nobody else may touch it. */
const hangOnEvent = async (scene: Scene) => {
  const [id] = await deliverBroken(scene, 1)
  if (id === undefined) throw new Error('no event')
  await whenFailed(scene, [id])
  await scene.owner.query('BEGIN')
  await scene.owner.query(holdEvent.text, [id])
  await scene.jump(7)
}

export const STORIES: readonly Story[] = [
  {
    name: 'many cards are refused',
    rule: 'PaymentSuccessRateCritical',
    almost: async (scene) => {
      await scene.sell(30)
      // 2 of 32 are 93.8 %, below the line, and too few to say so.
      await scene.sell(2, 'refused')
    },
    provoke: refuseMany,
    recover: afterAnHourOfSales,
  },
  {
    name: 'payments take longer than 10 s',
    rule: 'PaymentLatencyP95High',
    provoke: async (scene) => {
      await scene.sell(20)
      await faults(scene, {
        on: 'call',
        kind: 'latency',
        ms: 10_500,
        match: { method: 'POST', path: '/v1/payment_intents' },
      })
      await scene.sell(4)
      await faults(scene)
    },
    recover: afterAnHourOfSales,
  },
  {
    name: 'webhooks fail',
    rule: 'WebhookFailuresHigh',
    almost: async (scene) => whenFailed(scene, await deliverBroken(scene, 10)),
    provoke: async (scene) => {
      await deliverBroken(scene, 1)
    },
    recover: giveUpOnEvents,
  },
  {
    name: 'a webhook is stuck',
    rule: 'WebhookStuckProcessing',
    provoke: hangOnEvent,
    recover: async (scene) => {
      await scene.owner.query('ROLLBACK')
    },
  },
  {
    name: 'no webhook comes while cards are taken',
    rule: 'WebhookSilence',
    provoke: async (scene) => {
      await faults(scene, { on: 'delivery', kind: 'drop' })
      await scene.jump(16)
      await scene.sell(3)
      await whenPhase(scene, 'WebhookSilence', 'pending')
      await scene.jump(2)
    },
    recover: async (scene) => {
      await faults(scene)
      await scene.sell(1)
    },
  },
  {
    name: 'Stripe is down',
    rule: 'StripeUnreachable',
    provoke: async (scene) => {
      await faults(scene, { on: 'call', kind: 'error_500' })
    },
    mutes: {
      rule: 'PaymentSuccessRateCritical',
      provoke: async (scene) => {
        // Only what asks after Stripe is still broken: refusals get through.
        await faults(scene, { on: 'call', kind: 'error_500', match: { method: 'GET', path: '/v1' } })
        await refuseMany(scene)
      },
    },
    recover: async (scene) => {
      await faults(scene)
      await afterAnHourOfSales(scene)
    },
  },
  {
    name: 'the ledger does not balance',
    rule: 'LedgerImbalance',
    provoke: async (scene) => {
      await scene.owner.query(insertPosting.text, [LEDGER_ENTRY, new Date(await scene.nowMs())])
    },
    recover: async (scene) => {
      await scene.owner.query(deleteEntry.text, [LEDGER_ENTRY])
    },
  },
]
