/** Digits and power of ten of a JSON number, without zeros at either end: `1.50e3` and `1500` are the same. */
const canonical = (token: string): string => {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

/**
 * False when reading the number as a double changes it, as JSON.parse does in silence: `10.00000000000000001` would be 10.
 * Whole numbers beyond 2^53 are left to the limits of their field.
 */
export const isExactNumber = (token: string): boolean => {
  const value = Number(token)
  if (!Number.isSafeInteger(value)) return true
  return canonical(token) === canonical(String(value))
}
