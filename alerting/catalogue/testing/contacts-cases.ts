import type { GapsReading } from '../../measures/people/read-gaps.ts'
import type { HeartbeatReading } from '../../measures/people/read-heartbeat.ts'
import type { ReceiptsReading } from '../../measures/people/read-receipts.ts'
import type { RuleCase } from './rule-case.ts'

const heard = (agoMs: number): HeartbeatReading => ({ labels: {}, agoMs })
const gaps = (...audiences: ('finance' | 'security')[]): GapsReading => ({
  labels: {},
  gaps: audiences.map((audience) => ({ audience, store: null })),
  told: 7,
})

const receipts = (failed: number, waiting: number): ReceiptsReading => ({ labels: {}, failed, waiting })

/** Rows about who is told and about who watches us, at their edges. */
export const CONTACT_CASES: readonly RuleCase[] = [
  { rule: 'SecondPathSilent', over: heard(240_000), under: heard(239_999), tooFew: null, mutedBy: [] },
  { rule: 'OnCallGap', over: gaps('finance'), under: gaps(), tooFew: null, mutedBy: [] },
  {
    rule: 'ReceiptDeliveryFailing',
    over: receipts(2, 1),
    under: receipts(1, 1),
    tooFew: null,
    also: [['three that still wait', receipts(0, 3), 'breached']],
    mutedBy: [],
  },
]
