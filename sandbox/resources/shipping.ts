import type Stripe from 'stripe'
import type { ReadBy } from '../http/readers.ts'
import { emptyable, fields, required, text } from '../http/readers.ts'

/** A postal address as Stripe reads it; every part may be unset. */
export const address = fields({
  city: emptyable(text()),
  country: emptyable(text()),
  line1: emptyable(text()),
  line2: emptyable(text()),
  postal_code: emptyable(text()),
  state: emptyable(text()),
})

/** An address with every field Stripe shows. */
export const showAddress = (given: ReadBy<typeof address> | null) => ({
  city: given?.city ?? null,
  country: given?.country ?? null,
  line1: given?.line1 ?? null,
  line2: given?.line2 ?? null,
  postal_code: given?.postal_code ?? null,
  state: given?.state ?? null,
})

const shipping = fields({
  address: required(address),
  carrier: emptyable(text()),
  name: required(text()),
  phone: emptyable(text()),
  tracking_number: emptyable(text()),
})

/** Reader for `shipping` of payment intents and charges; an empty value unsets it. */
export const readShipping = emptyable(shipping)

/** Shipping as shown; undefined when the call did not name it. */
export const showShipping = (
  given: ReadBy<typeof readShipping>,
): Stripe.PaymentIntent.Shipping | null | undefined =>
  given && {
    address: showAddress(given.address),
    carrier: given.carrier ?? null,
    name: given.name,
    phone: given.phone ?? null,
    tracking_number: given.tracking_number ?? null,
  }
