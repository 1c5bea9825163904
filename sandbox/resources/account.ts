import type Stripe from 'stripe'
import { endpoint } from '../http/answer.ts'
import type { Endpoint } from '../http/answer.ts'
import { fields } from '../http/readers.ts'
import { missing } from '../http/errors.ts'
import type { AccountOptions } from '../options.ts'
import type { Unit } from '../store/unit.ts'

const noRequirements = (): Stripe.Account.Requirements => ({
  alternatives: [],
  current_deadline: null,
  currently_due: [],
  disabled_reason: null,
  errors: [],
  eventually_due: [],
  past_due: [],
  pending_verification: [],
})

const settings = (options: AccountOptions): Stripe.Account.Settings => ({
  branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
  card_payments: {
    statement_descriptor_prefix: null,
    statement_descriptor_prefix_kana: null,
    statement_descriptor_prefix_kanji: null,
  },
  dashboard: { display_name: 'Sandbox shop', timezone: options.timezone },
  payments: {
    statement_descriptor: 'SANDBOX SHOP',
    statement_descriptor_kana: null,
    statement_descriptor_kanji: null,
    statement_descriptor_prefix_kana: null,
    statement_descriptor_prefix_kanji: null,
  },
  payouts: {
    debit_negative_balances: true,
    schedule: { delay_days: 2, interval: 'daily' },
    statement_descriptor: null,
  },
})

/** The one account of a sandbox, made when its folder is new. */
export const createAccount = (unit: Unit, options: AccountOptions): Stripe.Account =>
  unit.put<Stripe.Account>({
    id: unit.newId('acct').replace('_3', '_1').slice(0, 21),
    object: 'account',
    business_profile: null,
    business_type: 'company',
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    country: options.country,
    created: unit.seconds,
    default_currency: options.currency,
    details_submitted: true,
    email: 'shop@example.com',
    future_requirements: noRequirements(),
    metadata: {},
    payouts_enabled: true,
    requirements: noRequirements(),
    settings: settings(options),
    tos_acceptance: { date: unit.seconds },
    type: 'standard',
  })

/** `/v1/account` is the account of the key; by id only the same one exists. */
export const accountEndpoints: readonly Endpoint[] = ['/v1/account', '/v1/accounts/:id'].map((path) =>
  endpoint('GET', path, fields({}), (call) => {
    const account = call.store.state.tables.account.rows[0]
    if (!account || (call.id !== '' && call.id !== account.id)) throw missing('account', call.id, 'account')
    return account
  }),
)
