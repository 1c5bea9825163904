/** ln(n!) by adding logarithms; the samples are attempts of one hour, so at most some thousands. */
const logFactorial = (n: number): number => {
  let sum = 0
  for (let k = 2; k <= n; k += 1) sum += Math.log(k)
  return sum
}

/**
 * The chance of `failures` or more among `attempts` when each fails with `rate` (0..1, neither 0 nor 1) on its own: the
 * one-sided tail of the binomial distribution. 1 for no failures. It decides whether a bad hour is more than bad luck.
 */
export const tailAtLeast = (failures: number, attempts: number, rate: number): number => {
  if (failures <= 0) return 1
  if (failures > attempts) return 0
  const logs = { hit: Math.log(rate), miss: Math.log1p(-rate) }
  const start =
    logFactorial(attempts) -
    logFactorial(failures) -
    logFactorial(attempts - failures) +
    failures * logs.hit +
    (attempts - failures) * logs.miss
  // Each term from the one before: no logarithm per term, no sum of large numbers.
  let term = Math.exp(start)
  let tail = 0
  for (let k = failures; k <= attempts && (term > 0 || k === failures); k += 1) {
    tail += term
    term *= ((attempts - k) / (k + 1)) * (rate / (1 - rate))
  }
  return Math.min(1, tail)
}

/** The fewest failures of `attempts` whose tail is below `limit`; `attempts + 1` when not even all of them are enough. */
export const fewestBelow = (limit: number, attempts: number, rate: number): number => {
  let failures = 0
  while (failures <= attempts && tailAtLeast(failures, attempts, rate) >= limit) failures += 1
  return failures
}
