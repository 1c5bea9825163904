import type Stripe from 'stripe'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid } from '../http/errors.ts'
import { anything, fields, flag, text } from '../http/readers.ts'
import type { StoredBalanceSettings } from '../store/objects.ts'
import { previously } from './previously.ts'

const ID = 'bset_1'

const FIRST: StoredBalanceSettings = {
  id: ID,
  object: 'balance_settings',
  payments: {
    debit_negative_balances: true,
    payouts: {
      automatic_transfer_rules_by_currency: null,
      minimum_balance_by_currency: null,
      schedule: { interval: 'daily' },
      statement_descriptor: null,
      status: 'enabled',
    },
    settlement_timing: { delay_days: 2, start_of_day: null },
  },
}

const current = ({ unit }: Call): StoredBalanceSettings => unit.get('balance_settings', ID) ?? FIRST

const show = ({ id: _id, ...settings }: StoredBalanceSettings): Stripe.BalanceSettings => settings

const shape = fields({
  payments: fields({
    debit_negative_balances: flag,
    payouts: fields({
      automatic_transfer_rules_by_currency: anything,
      minimum_balance_by_currency: anything,
      schedule: anything,
      statement_descriptor: text(22),
    }),
    settlement_timing: anything,
  }),
})

const update = (call: Call, { payments }: NonNullable<ReturnType<typeof shape>>): object => {
  const { automatic_transfer_rules_by_currency, minimum_balance_by_currency, schedule } =
    payments?.payouts ?? {}
  const asked = [
    automatic_transfer_rules_by_currency,
    minimum_balance_by_currency,
    schedule,
    payments?.settlement_timing,
  ]
  if (asked.some((part) => part !== undefined)) {
    // Its payouts are daily with two days' delay, and saying anything else would be a lie.
    throw invalid('This sandbox plays daily payouts with two days of delay only.', { param: 'payments' })
  }
  const old = current(call)
  const payouts = old.payments.payouts
  const updated = call.unit.put<StoredBalanceSettings>({
    ...old,
    payments: {
      ...old.payments,
      debit_negative_balances: payments?.debit_negative_balances ?? old.payments.debit_negative_balances,
      payouts: payouts && {
        ...payouts,
        statement_descriptor: payments?.payouts?.statement_descriptor ?? payouts.statement_descriptor,
      },
    },
  })
  call.unit.emit('balance_settings.updated', show(updated), previously(show(old), show(updated)))
  return show(updated)
}

export const balanceSettingsEndpoints: readonly Endpoint[] = [
  endpoint('GET', '/v1/balance_settings', fields({}), (call) => show(current(call))),
  endpoint('POST', '/v1/balance_settings', shape, update),
]
