import { scene, type RuleCase } from './rule-case.ts'

const OK = 'payments_total{outcome="succeeded",failure_class="none",method="card"}'
const REFUSED = 'payments_total{outcome="failed",failure_class="issuer",method="card"}'
const BROKEN = 'payments_total{outcome="failed",failure_class="provider",method="card"}'
const TOOK = 'payment_processing_duration_seconds'

/** Cases about card payments. Attempts grow by the minute: "0+9x90" beside "0+1x90" is 10 % of failures. */
export const PAYMENT_CASES: readonly RuleCase[] = [
  {
    rule: 'PaymentSuccessRateLow',
    why: '90 % against the line of 95 %, and 96 %',
    fires: scene(70, { [OK]: '0+9x90', [REFUSED]: '0+1x90' }),
    silent: scene(70, { [OK]: '0+24x90', [REFUSED]: '0+1x90' }),
  },
  {
    rule: 'PaymentSuccessRateLow',
    why: '18 of 20 is a sample, 17 of 19 is none',
    fires: scene(50, { [OK]: '0x10 17x60', [REFUSED]: '0x10 3x60' }),
    silent: scene(50, { [OK]: '0x10 16x60', [REFUSED]: '0x10 3x60' }),
  },
  {
    rule: 'PaymentSuccessRateCritical',
    why: 'of 50 attempts 0.02 x 50 + 4.5 x sqrt(0.02 x 50) = 5.5 failures stand in for the tail: 6 ring, 5 do not',
    fires: scene(50, { [OK]: '0x10 44x60', [REFUSED]: '0x10 6x60' }),
    silent: scene(50, { [OK]: '0x10 45x60', [REFUSED]: '0x10 5x60' }),
  },
  {
    rule: 'PaymentSuccessRateBelowTarget',
    why: '97 % for 15 min against the target of 98 %, and 99 %',
    fires: scene(90, { [OK]: '0+97x120', [REFUSED]: '0+3x120' }),
    silent: scene(90, { [OK]: '0+99x120', [REFUSED]: '0+1x120' }),
  },
  {
    rule: 'PaymentErrorBudgetBurnFast',
    why: '8 % are failures of the system against 7.2 %, and 7 %',
    fires: scene(70, { [OK]: '0+92x90', [BROKEN]: '0+8x90' }),
    silent: scene(70, { [OK]: '0+93x90', [BROKEN]: '0+7x90' }),
  },
  {
    rule: 'PaymentErrorBudgetBurnFast',
    why: 'what the issuer refuses burns nothing of the budget',
    fires: scene(70, { [OK]: '0+9x90', [BROKEN]: '0+1x90', [REFUSED]: '0x90' }),
    silent: scene(70, { [OK]: '0+9x90', [BROKEN]: '0x90', [REFUSED]: '0+1x90' }),
  },
  {
    rule: 'PaymentErrorBudgetBurnSlow',
    why: '4 % over 6 h and 30 min against 3 %, and 2 %',
    fires: scene(70, { [OK]: '0+96x90', [BROKEN]: '0+4x90' }),
    silent: scene(70, { [OK]: '0+98x90', [BROKEN]: '0+2x90' }),
  },
  {
    rule: 'PaymentErrorBudgetBurnTicket',
    why: '1 % over 3 d and 6 h against 0.5 %, and 0.4 %',
    fires: scene(70, { [OK]: '0+99x90', [BROKEN]: '0+1x90' }),
    silent: scene(70, { [OK]: '0+249x90', [BROKEN]: '0+1x90' }),
  },
  {
    rule: 'MethodSuccessRateLow',
    why: '80 % of one method against 90 %, and 95 %',
    labels: { method: 'card' },
    fires: scene(70, { [OK]: '0+8x90', [REFUSED]: '0+2x90' }),
    silent: scene(70, { [OK]: '0+19x90', [REFUSED]: '0+1x90' }),
  },
  {
    rule: 'PaymentLatencyP95High',
    why: '6 % took longer than 10 s against 5 %, and 4 %',
    fires: scene(70, { [`${TOOK}_bucket{le="10"}`]: '0+94x90', [`${TOOK}_count`]: '0+100x90' }),
    silent: scene(70, { [`${TOOK}_bucket{le="10"}`]: '0+96x90', [`${TOOK}_count`]: '0+100x90' }),
  },
  {
    rule: 'PaymentLatencyP95High',
    why: '3 of 20 are slow enough of a sample, 2 are not',
    fires: scene(50, { [`${TOOK}_bucket{le="10"}`]: '0x10 17x60', [`${TOOK}_count`]: '0x10 20x60' }),
    silent: scene(50, { [`${TOOK}_bucket{le="10"}`]: '0x10 18x60', [`${TOOK}_count`]: '0x10 20x60' }),
  },
  {
    rule: 'PaymentLatencyP95AboveTarget',
    why: '6 % took longer than 5 s for 15 min against 5 %, and 4 %',
    fires: scene(90, {
      [`${TOOK}_bucket{le="5"}`]: '0+94x120',
      [`${TOOK}_bucket{le="10"}`]: '0+100x120',
      [`${TOOK}_count`]: '0+100x120',
    }),
    silent: scene(90, {
      [`${TOOK}_bucket{le="5"}`]: '0+96x120',
      [`${TOOK}_bucket{le="10"}`]: '0+100x120',
      [`${TOOK}_count`]: '0+100x120',
    }),
  },
  {
    rule: 'PaymentLatencyAvgAboveTarget',
    why: '3.1 s on average for 15 min against 3 s, and 2.9 s',
    fires: scene(90, { [`${TOOK}_sum`]: '0+31x120', [`${TOOK}_count`]: '0+10x120' }),
    silent: scene(90, { [`${TOOK}_sum`]: '0+29x120', [`${TOOK}_count`]: '0+10x120' }),
  },
  {
    rule: 'PaymentStuckProcessing',
    why: 'one payment, and none',
    fires: scene(5, { payments_stuck: '1x10' }),
    silent: scene(5, { payments_stuck: '0x10' }),
  },
  {
    rule: 'PaymentsStuckProcessing',
    why: 'five as two processes count the same five, and four',
    fires: scene(5, {
      'payments_stuck{service="gateway"}': '5x10',
      'payments_stuck{service="worker"}': '5x10',
    }),
    silent: scene(5, {
      'payments_stuck{service="gateway"}': '4x10',
      'payments_stuck{service="worker"}': '4x10',
    }),
  },
  {
    rule: 'DeclineCodeSpike',
    why: 'a code of which there was none is 10 % of the hour, and one that always was 10 %',
    labels: { decline_code: 'do_not_honor' },
    fires: scene(150, {
      [OK]: '0+10x160',
      'payment_declines_total{decline_code="do_not_honor"}': '0x90 0+1x70',
    }),
    silent: scene(150, {
      [OK]: '0+10x160',
      'payment_declines_total{decline_code="do_not_honor"}': '0+1x160',
    }),
  },
]
