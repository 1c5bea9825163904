import { expect, test } from 'vitest'
import { CATALOGUE } from '../catalogue.ts'
import { checkCatalogue, problemsOfCatalogue } from './check-catalogue.ts'
import { Facts, ruleOf } from './testing/engine-world.ts'

const facts = new Facts()

test("the product's own catalogue has nothing wrong with it", () => {
  expect(problemsOfCatalogue(CATALOGUE)).toEqual([])
})

test.each([
  ['two rules of one name', [ruleOf(facts, 'One'), ruleOf(facts, 'One')], /two rules of that name/],
  [
    'two measures of one name',
    [ruleOf(facts, 'One'), { ...ruleOf(facts, 'Two'), measure: facts.measure('One') }],
    /two measures of that name/,
  ],
  ['a length that is none', [ruleOf(facts, 'One', { forMs: Number.NaN })], /forMs is no length/],
  ['a negative length', [ruleOf(facts, 'One', { keepMs: -1 })], /keepMs is no length/],
  ['a name that breaks a key', [ruleOf(facts, 'One:store=x')], /CamelCase/],
  ['a warning that pages', [ruleOf(facts, 'One', { severity: 'warning' })], /pages and is not critical/],
])('%s is refused with the reason', (_, rules, reason) => {
  expect(() => {
    checkCatalogue(rules)
  }).toThrow(reason)
})
