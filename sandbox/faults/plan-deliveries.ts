import type { Delivery } from '../store/change.ts'
import type { SandboxEvent } from '../store/objects.ts'
import { deliveryKey } from '../store/state.ts'
import type { Unit } from '../store/unit.ts'
import type { Occasion } from './draw.ts'
import type { Struck } from './rule.ts'

const FORGED_COPY = 9

/** What planning asks of the faults in force. */
export type Drawing = {
  nextDelivery(): number
  strike(occasion: Occasion, word: string | number, only?: string): Struck[]
  drawn(what: string, word: string | number): number
  note(hit: Struck, about: Record<string, unknown>): void
}

/**
 * What the faults make of the deliveries of one commit, decided and stored with it: a dropped one stays dropped and a
 * delayed one delayed over every restart.
 */
export const planDeliveries = (
  faults: Drawing,
  unit: Unit,
  eventOf: (id: string) => SandboxEvent | undefined,
): void => {
  const planned: Delivery[] = []
  for (const delivery of unit.change.deliveries ?? []) {
    const event = unit.change.events?.find(({ id }) => id === delivery.event) ?? eventOf(delivery.event)
    const isNew = delivery.state === 'pending' && delivery.attempt === 0
    if (isNew && event) planned.push(...planOne(faults, unit, delivery, event))
    else planned.push(delivery)
  }
  unit.change.deliveries = planned
}

const planOne = (faults: Drawing, unit: Unit, delivery: Delivery, event: SandboxEvent): Delivery[] => {
  const word = faults.nextDelivery()
  const occasion: Occasion = { on: 'delivery', type: event.type }
  const about = { event: delivery.event, endpoint: delivery.endpoint, type: event.type }
  const struck = faults.strike(occasion, word)
  const planned: Delivery[] = []
  let own: Delivery | null = delivery
  for (const hit of struck) {
    const { rule } = hit
    if (rule.kind === 'drop') {
      planned.push({ ...delivery, state: 'failed' })
      own = null
    } else if (rule.kind === 'double' || rule.kind === 'double_other_id') {
      const copy = copyOf(unit, delivery, event, rule.kind)
      const late = faults.strike(occasion, `${word}.copy`, 'time')
      planned.push(...late.map((later) => putOff(faults, unit, copy, later, `${word}.copy`)))
      if (late.length === 0) planned.push(copy)
      faults.note(hit, { ...about, copy: copy.copy ?? copy.event })
      continue
    } else if (rule.kind === 'forge') planned.push({ ...delivery, copy: FORGED_COPY, forged: true })
    else if (own && rule.kind === 'skew') own = { ...own, skew_s: rule.s }
    else if (own && (rule.kind === 'delay' || rule.kind === 'reorder')) {
      own = putOff(faults, unit, own, hit, word)
      continue
    }
    faults.note(hit, about)
  }
  return own ? [own, ...planned] : planned
}

/** The same event once more, or the same fact told by an event of its own. */
const copyOf = (
  unit: Unit,
  delivery: Delivery,
  event: SandboxEvent,
  kind: 'double' | 'double_other_id',
): Delivery => {
  if (kind === 'double') return { ...delivery, copy: 1 }
  const twin = { ...event, id: unit.newId('evt') }
  ;(unit.change.events ??= []).push(twin)
  return { ...delivery, event: twin.id }
}

/** Gives a delivery a later due moment, as planned work of the sandbox's own clock. */
const putOff = (
  faults: Drawing,
  unit: Unit,
  delivery: Delivery,
  hit: Struck,
  word: string | number,
): Delivery => {
  const { rule } = hit
  const max_s = rule.kind === 'delay' || rule.kind === 'reorder' ? rule.max_s : 0
  const due_ms = delivery.due_ms + Math.ceil(max_s * (1 - faults.drawn(rule.kind, word))) * 1000
  const ref = deliveryKey(delivery)
  unit.schedule({ id: `deliver:${ref}`, kind: 'deliver', at_ms: due_ms, ref })
  faults.note(hit, { event: delivery.event, endpoint: delivery.endpoint, due_ms })
  return { ...delivery, due_ms }
}
