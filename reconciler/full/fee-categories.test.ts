import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { CATEGORY_RULES } from '../domain/categories.ts'

/** What Stripe charges as a row of its own is no fee *of* a row; the view of the ledger's side has to know which these are. */
const view = new URL('../../core/postgres/migrations/0023_full-comparison.sql', import.meta.url)

test("the ledger's side of the full comparison knows every category that is booked as a fee by itself", async () => {
  const booked = [...CATEGORY_RULES]
    .filter(([, { account }]) => account === 'expense:stripe_fees')
    .map(([category]) => `'${category}'`)
  expect(booked).toEqual(["'fee'", "'network_cost'"])
  const sql = await readFile(view, 'utf8')
  for (const category of booked) expect(sql).toContain(category)
})
