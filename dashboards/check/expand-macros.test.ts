import { expect, test } from 'vitest'
import { expandMacros, type Shown } from './expand-macros.ts'

const SHOWN: Shown = {
  from: new Date(1_000_000),
  to: new Date(2_000_900),
  intervalS: 60,
  chosen: { store: ['leeds', "o'hara"], currency: 'all' },
}

test.each([
  ['$__timeFilter(occurred_at)', 'occurred_at >= toDateTime(1000) AND occurred_at <= toDateTime(2000)'],
  ['$__timeInterval(at)', 'toStartOfInterval(toDateTime(at), INTERVAL 60 second)'],
  ['$__fromTime $__toTime $__interval_s', 'toDateTime(1000) toDateTime(2000) 60'],
  ['$__conditionalAll(store IN (${store:singlequote}), $store)', "store IN ('leeds','o\\'hara')"],
  ['$__conditionalAll(currency IN (${currency:singlequote}), $currency) AND 2', '1=1 AND 2'],
])('%s', (sql, expanded) => {
  expect(expandMacros(sql, SHOWN)).toBe(expanded)
})

test.each(['$__rateColumns(x)', '${store}', '$__conditionalAll(x IN (1), $nobody)', '$__timeFilter(x'])(
  '%s is refused',
  (sql) => {
    expect(() => expandMacros(sql, SHOWN)).toThrow()
  },
)
