import type { Endpoint } from '../http/answer.ts'
import { accountEndpoints } from './account.ts'
import { balanceTransactionEndpoints } from './balance-transactions.ts'
import { balanceEndpoints } from './balance.ts'
import { chargeEndpoints } from './charges.ts'
import { eventEndpoints } from './events.ts'
import { paymentIntentEndpoints } from './payment-intents.ts'
import { paymentMethodEndpoints } from './payment-methods.ts'
import { payoutEndpoints } from './payouts.ts'
import { refundEndpoints } from './refunds.ts'
import { webhookEndpointEndpoints } from './webhook-endpoints.ts'

/** Every route below /v1; a new resource adds its list here. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...accountEndpoints,
  ...balanceEndpoints,
  ...balanceTransactionEndpoints,
  ...chargeEndpoints,
  ...eventEndpoints,
  ...paymentIntentEndpoints,
  ...paymentMethodEndpoints,
  ...payoutEndpoints,
  ...refundEndpoints,
  ...webhookEndpointEndpoints,
]
