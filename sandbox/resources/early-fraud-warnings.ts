import type { Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import { fields, text } from '../http/readers.ts'

const path = '/v1/radar/early_fraud_warnings'

/** No card of the sandbox is reported as stolen yet: the list is always empty. */
export const earlyFraudWarningEndpoints: readonly Endpoint[] = [
  endpoint('GET', path, pageFields({ charge: text(), payment_intent: text() }), (_call, params) =>
    page([], params, path, () => null),
  ),
  endpoint('GET', `${path}/:id`, fields({}), ({ id }) => {
    throw missing('early fraud warning', id, 'early_fraud_warning')
  }),
]
