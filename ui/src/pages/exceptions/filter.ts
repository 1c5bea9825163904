import { EXCEPTION_FILTERS } from '#core/contracts/exceptions.ts'
import { router } from '../../lib/router.svelte.ts'

const NUMBERS: readonly string[] = ['age_min_s', 'age_max_s', 'amount_min', 'amount_max']

/** The desk's filter as it stands in the address. */
export const filterOfAddress = (): Record<string, string> =>
  Object.fromEntries(
    EXCEPTION_FILTERS.map((name) => [name, router.param(name)]).filter(([, value]) => value !== ''),
  )

/** The same as the body of a bulk action wants it. */
export const filterForBody = (filter: Readonly<Record<string, string>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(filter).map(([name, value]) => {
      if (NUMBERS.includes(name)) return [name, Number(value)]
      return [name, name === 'overdue' ? value === 'true' : value]
    }),
  )

/** Every filter taken away but the status. */
export const withoutFilters = (): string =>
  router.with(
    Object.fromEntries(EXCEPTION_FILTERS.filter((name) => name !== 'status').map((name) => [name, null])),
  )
