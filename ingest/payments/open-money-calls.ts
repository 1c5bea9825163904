import type { Deps } from '#core/service.ts'
import { openKeyOwner } from './key-owner.ts'
import type { MoneyCalls } from './money-calls.ts'
import { createPaymentRecords } from './payment-records.ts'

/**
 * What the money calls of one part of this process share. With the first call it opens one connection of its own
 * (key-owner.ts).
 */
export const openMoneyCalls = (deps: Deps): MoneyCalls => ({
  deps,
  owner: openKeyOwner(deps),
  records: createPaymentRecords(deps),
  running: new Map(),
  turns: new Map(),
})
