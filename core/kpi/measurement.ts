/** A number that was measured, or why there is none: a failed measurement is not zero (architecture §1.10). */
export type Measurement<T> = Measured<T> | NoData | Failed

/** It was asked and it answered. */
export interface Measured<T> {
  readonly kind: 'measured'
  readonly value: T
}

/** It was asked and nothing happened in the window. */
export interface NoData {
  readonly kind: 'no_data'
}

/** It could not be asked; `code` is the stable code of the failure. */
export interface Failed {
  readonly kind: 'failed'
  readonly code: string
}

export const NO_DATA: NoData = { kind: 'no_data' }

export const measured = <T>(value: T): Measured<T> => ({ kind: 'measured', value })

export const failed = (code: string): Failed => ({ kind: 'failed', code })

/** Carries a value over; the absence of one stays what it is. */
export const mapMeasurement = <T, U>(
  from: Measurement<T>,
  to: (value: T) => Measurement<U>,
): Measurement<U> => (from.kind === 'measured' ? to(from.value) : from)
