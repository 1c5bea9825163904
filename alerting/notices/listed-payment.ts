import type { Deps } from '#core/service.ts'
import type { SamplePayment } from '../messages/notice.ts'
import { sampleOf } from './explanation.ts'
import { sayMoney, sayTime } from './say.ts'

/** A payment that an explanation points at, with one word on why. */
export interface ListedPayment {
  readonly payment_id: string
  readonly what: string
  readonly currency: string
  readonly amount: string
  readonly till_id: string
  readonly at: Date
}

/** Payments as a message names them: when, how much, why, where. */
export const listSamples = (
  deps: Pick<Deps, 'notify' | 'shop'>,
  payments: readonly ListedPayment[],
  zone: string,
): SamplePayment[] => {
  const tills = new Map(deps.shop.tills.map(({ id, name }) => [id, name]))
  return payments.map(({ payment_id: id, what, currency, amount, till_id: till, at }) =>
    sampleOf(deps, id, [
      sayTime(at, zone),
      sayMoney(BigInt(amount), currency),
      what.replaceAll('_', ' '),
      tills.get(till) ?? till,
    ]),
  )
}
