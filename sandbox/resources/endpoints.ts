import type { Endpoint } from '../http/answer.ts'
import { accountEndpoints } from './account.ts'
import { balanceSettingsEndpoints } from './balance-settings.ts'
import { balanceTransactionEndpoints } from './balance-transactions.ts'
import { balanceEndpoints } from './balance.ts'
import { chargeEndpoints } from './charges.ts'
import { customerEndpoints } from './customers.ts'
import { earlyFraudWarningEndpoints } from './early-fraud-warnings.ts'
import { disputeEndpoints } from './disputes.ts'
import { eventEndpoints } from './events.ts'
import { manualPayoutEndpoints } from './manual-payouts.ts'
import { paymentIntentEndpoints } from './payment-intents.ts'
import { paymentMethodCustomerEndpoints } from './payment-method-customers.ts'
import { paymentMethodEndpoints } from './payment-methods.ts'
import { payoutEndpoints } from './payouts.ts'
import { refundEndpoints } from './refunds.ts'
import { searchEndpoints } from './search.ts'
import { setupIntentEndpoints } from './setup-intents.ts'
import { readerActionEndpoints } from './terminal-actions.ts'
import { locationEndpoints } from './terminal-locations.ts'
import { readerEndpoints } from './terminal-readers.ts'
import { topupEndpoints } from './topups.ts'
import { webhookEndpointEndpoints } from './webhook-endpoints.ts'

/** Every route below /v1; a new resource adds its list here. */
export const ENDPOINTS: readonly Endpoint[] = [
  // Before the lists' own `/:id`, which `/search` would match.
  ...searchEndpoints,
  ...accountEndpoints,
  ...balanceEndpoints,
  ...balanceSettingsEndpoints,
  ...balanceTransactionEndpoints,
  ...chargeEndpoints,
  ...customerEndpoints,
  ...earlyFraudWarningEndpoints,
  ...disputeEndpoints,
  ...eventEndpoints,
  ...paymentIntentEndpoints,
  ...paymentMethodEndpoints,
  ...paymentMethodCustomerEndpoints,
  ...payoutEndpoints,
  ...manualPayoutEndpoints,
  ...refundEndpoints,
  ...setupIntentEndpoints,
  ...topupEndpoints,
  ...locationEndpoints,
  ...readerEndpoints,
  ...readerActionEndpoints,
  ...webhookEndpointEndpoints,
]
