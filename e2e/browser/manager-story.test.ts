import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from '../tillwatch.ts'
import { lacksBrowser } from './kit/browser.ts'
import { CARDS, sell } from './kit/furnish.ts'
import { handOf, type Hand } from './kit/hand.ts'
import { openHouse, type House, type Visitor } from './kit/open-house.ts'
import { tellStory, type Story } from './kit/steps.ts'

const GOOD = 14
const REFUSED = 3
const ALL = GOOD + REFUSED
const LONG_MS = 40_000

let house: House
let visitor: Visitor
let page: Page
let hand: Hand
let story: Story
/** A sale that is large enough for two people. */
let large = ''

beforeAll(async () => {
  if (lacksBrowser()) return
  house = await openHouse()
  for (let n = 0; n < GOOD - 1; n += 1) await sell(house.platform, 400 + n)
  for (let n = 0; n < REFUSED; n += 1) await sell(house.platform, 300 + n, CARDS.poor)
  large = (await sell(house.platform, 9_000)).id
  story = tellStory('manager', () => page)
  visitor = await house.as('manager')
  page = visitor.page
  page.setDefaultTimeout(LONG_MS)
  hand = handOf(page)
}, 300_000)
afterAll(async () => {
  if (story) process.stdout.write(`${story.report()}\n`)
  await house?.close()
})

/** The cashier gives back more than cashiers may alone. */
const askForRefund = async (amount: number): Promise<void> => {
  const { status } = await call(
    house.platform,
    'cashier',
    'POST',
    `/payments/${large}/refunds`,
    { amount, reason: 'requested_by_customer' },
    { 'idempotency-key': `story_refund_${amount}` },
  )
  expect(status).toBe(202)
}
const refunded = async (): Promise<unknown> =>
  (await call(house.platform, 'manager', 'GET', `/payments/${large}`)).body['amount_refunded']
const success = () => page.getByRole('region', { name: 'Payment success rate', exact: true })
const rowsOfTable = (name: string) => page.getByRole('table', { name }).locator('tbody tr')

test.skipIf(lacksBrowser())('the day in figures, and each figure in its rows', async () => {
  await story.step('the home page has the success rate of the hour', async () => {
    await visitor.visit('/')
    await hand.see(`${GOOD} of ${ALL} attempts`)
  })
  await story.step('it opens the metrics, with target, line and trend', async () => {
    await page.getByRole('region', { name: 'Success rate, last hour' }).getByRole('link').click()
    await success().waitFor()
    await success().getByText('82.35 %').first().waitFor()
    await success()
      .getByText(/target/i)
      .first()
      .waitFor()
    await success().locator('canvas').first().waitFor()
  })
  await story.step('the denominator opens every attempt that was counted', async () => {
    await success()
      .getByRole('link', { name: `${ALL} attempts` })
      .click()
    await hand.see(`${ALL} rows, all of them`)
    expect(await rowsOfTable('Counted attempts').count()).toBe(ALL)
  })
  await story.step('the numerator opens those that succeeded', async () => {
    await success()
      .getByRole('link', { name: String(GOOD), exact: true })
      .click()
    await hand.see(`${GOOD} rows, all of them`)
    expect(await rowsOfTable('Counted attempts').getByText('succeeded').count()).toBe(GOOD)
  })
  await story.step('the rest are those that failed, with why', async () => {
    await success()
      .getByRole('link', { name: `${REFUSED} failed` })
      .click()
    await hand.see(`${REFUSED} rows, all of them`)
    expect(
      await rowsOfTable('Counted attempts')
        .getByText(/insufficient funds/)
        .count(),
    ).toBe(REFUSED)
  })
  await story.step('one of them is opened, and says it in plain words', async () => {
    await rowsOfTable('Counted attempts').getByRole('link').first().click()
    await hand.see(/not enough funds|insufficient funds/i)
    await page.goBack()
    await hand.see(`${REFUSED} rows, all of them`)
  })
  await story.step('by store', async () => {
    await visitor.visit('/payments/metrics/')
    await page.getByRole('link', { name: 'Corner Bakery' }).click()
    await page.waitForURL(/store=bakery/)
    await success()
      .getByRole('link', { name: `${ALL} attempts` })
      .waitFor()
  })
  await story.step('whether the figures can be trusted', async () => {
    await visitor.visit('/payments/metrics/')
    await hand.see(/Webhook|webhook/)
  })
})

test.skipIf(lacksBrowser())('payments are found, kept as a view, and taken along', async () => {
  await story.step('the tab has the count of its rows', async () => {
    await visitor.visit('/payments/dashboard/')
    await page
      .getByRole('link', { name: /^Refused/ })
      .first()
      .click()
    await page.waitForURL(/status=/)
    await hand.see(`${REFUSED} of ${REFUSED} fetched`)
  })
  await story.step('the export is what is shown', async () => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export CSV' }).click(),
    ])
    const rows = parse(await readFile(await file.path(), 'utf8'), { columns: true }) as unknown[]
    expect(rows.length).toBe(REFUSED)
  })
  await story.step('the filters are kept under a name', async () => {
    await hand.press('Views')
    await hand.fill('Name for what is shown now', 'Refused cards')
    await hand.press('Save')
    await page.getByRole('dialog').getByRole('link', { name: 'Refused cards' }).waitFor()
    await page.keyboard.press('Escape')
  })
  await story.step('and opened again from the whole list', async () => {
    await visitor.visit('/payments/dashboard/')
    await hand.see(`${ALL} of ${ALL} fetched`)
    await hand.press('Views')
    await page.getByRole('dialog').getByRole('link', { name: 'Refused cards' }).click()
    await hand.see(`${REFUSED} of ${REFUSED} fetched`)
  })
  await story.step('a new payment is told and shown on demand', async () => {
    await visitor.visit('/payments/dashboard/')
    await hand.see(`${ALL} of ${ALL} fetched`)
    await sell(house.platform, 777)
    await hand.press('1 new payment: show')
    await hand.see(`${ALL + 1} of ${ALL + 1} fetched`)
  })
  await story.step('the search finds a payment by its id', async () => {
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/^A page, an id/).fill(large)
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(large))
    await hand.see('£90.00')
  })
})

test.skipIf(lacksBrowser())('what a cashier may not do alone is decided by the manager', async () => {
  await story.step('a request is agreed to, and given back once', async () => {
    await askForRefund(3_000)
    await visitor.visit('/approvals')
    await hand.press('Decide')
    await hand.press('Agree and give back')
    await hand.see('Agreed: the refund is on its way')
    expect(await refunded()).toBe(3_000)
  })
  await story.step('another is refused, with a reason', async () => {
    await askForRefund(3_100)
    await hand.press('Decide')
    await page.getByLabel('Note').fill('Already given back this morning')
    await hand.press('Refuse')
    await hand.see('Nothing waits for a second person')
    expect(await refunded()).toBe(3_000)
  })
  await story.step('both stand there with who decided', async () => {
    await visitor.visit('/approvals?status=rejected')
    expect(await hand.row('£31.00')).toMatch(/Maria Lopez: Already given back/)
    await visitor.visit('/approvals?status=approved')
    expect(await hand.row('£30.00')).toMatch(/Maria Lopez/)
  })
})

test.skipIf(lacksBrowser())('the morning and the books are the manager’s to read', async () => {
  await story.step('the morning at a glance', async () => visitor.visit('/morning'))
  await story.step('the calendar of the books', async () => visitor.visit('/reconciliation'))
  await story.step('what an admin does is not open', async () => {
    await visitor.visit('/admin/tokens')
    await hand.see('This is not open to your role')
  })
  await story.step('the day ends', async () => {
    await visitor.visit('/account')
    await hand.press('Log out')
    await page.waitForURL(/\/login/)
  })
  expect(house.complaints).toEqual([])
})
