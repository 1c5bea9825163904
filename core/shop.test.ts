import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseShop } from './shop.ts'

const shop = (text: string) => `account: { zone: Europe/London, currency: gbp }\n${text}`

test('a shop without times has the defaults', () => {
  const parsed = parseShop(
    shop('stores: [{ id: s, name: S, zone: UTC }]\ntills: [{ id: t, store: s, name: T }]'),
  )
  expect(parsed.due).toEqual({
    charge_s: 86_400,
    refund_s: 86_400,
    dispute_s: 86_400,
    payout_s: 86_400,
    payout_row_s: 86_400,
  })
  expect(parsed.nightly_after_s).toBe(7_200)
  expect(parsed.poll_every_s).toBe(900)
})

test('a till of an unknown store is refused by name', () => {
  expect(() =>
    parseShop(shop('stores: [{ id: s, name: S, zone: UTC }]\ntills: [{ id: t, store: x, name: T }]')),
  ).toThrow('t names no known store (x)')
})

test('readers that cannot be told apart, or stand at no till, are refused by name', () => {
  const till = 'stores: [{ id: s, name: S, zone: UTC }]\ntills: [{ id: t, store: s, name: T }]\n'
  const readers = (...rows: string[]) => shop(`${till}readers: [${rows.join(', ')}]`)
  expect(parseShop(readers('{ id: r, label: R, till: t, stripe_reader: tmr_1 }')).readers).toHaveLength(1)
  expect(() => parseShop(readers('{ id: r, label: R, till: x }'))).toThrow('r names no known till (x)')
  expect(() => parseShop(readers('{ id: r, label: R }', '{ id: r, label: Q }'))).toThrow('r stands twice')
  expect(() => parseShop(readers('{ id: r, label: R }', '{ id: q, label: R }'))).toThrow(
    'two have the label R',
  )
  expect(() =>
    parseShop(
      readers('{ id: r, label: R, stripe_reader: tmr_1 }', '{ id: q, label: Q, stripe_reader: tmr_1 }'),
    ),
  ).toThrow('two are tmr_1 at Stripe')
})

test('two tiers of the desk for one role and currency are refused by name', () => {
  const rest = 'stores: [{ id: s, name: S, zone: UTC }]\ntills: [{ id: t, store: s, name: T }]\n'
  const tiers = (...rows: string[]) => parseShop(shop(`${rest}write_off_tiers: [${rows.join(', ')}]`))
  const [small, large] = [5_000, 9_000].map((up) => `{ role: finance, currency: gbp, agrees_up_to: ${up} }`)
  expect(tiers(small ?? '').write_off_tiers).toEqual([
    { role: 'finance', currency: 'gbp', agrees_up_to: 5_000 },
  ])
  expect(() => tiers(small ?? '', large ?? '')).toThrow('write_off_tiers: finance gbp stands twice')
})

test('every wrong key is named', () => {
  const text =
    'account: { zone: Europe/Londn, currency: xyz }\nstores: []\ntills: [{ id: t, store: s, name: T }]\nopen: yes'
  expect(() => parseShop(text)).toThrow(/account\.zone.*account\.currency.*stores.*open/s)
})

test('the shop that a new data folder starts with is valid', () => {
  const text = readFileSync(new URL('../cli/demo-shop.yaml', import.meta.url), 'utf8')
  expect(parseShop(text).tills.map((till) => till.id)).toEqual(['till_1', 'till_2'])
})
