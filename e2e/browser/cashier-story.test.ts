import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from '../tillwatch.ts'
import { lacksBrowser } from './kit/browser.ts'
import { openHouse, type House, type Visitor } from './kit/open-house.ts'
import { tellStory, type Story } from './kit/steps.ts'

const skip = lacksBrowser()
const SCREEN = { viewport: { width: 1_024, height: 768 } }
const LONG = { timeout: 40_000 }

let house: House
let till: Visitor
let page: Page
let story: Story

beforeAll(async () => {
  if (skip) return
  house = await openHouse()
  story = tellStory('cashier')
  till = await house.stranger(SCREEN)
  page = till.page
  page.setDefaultTimeout(LONG.timeout)
}, 300_000)
afterAll(async () => {
  if (story) process.stdout.write(`${story.report()}\n`)
  await house?.close()
})

const press = async (name: string | RegExp): Promise<void> =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click()
const see = async (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor(LONG)
const typePin = async (pin: string): Promise<void> => {
  for (const digit of pin) await press(digit)
  await press('OK')
}
const ringUp = async (...items: readonly string[]): Promise<void> => {
  for (const item of items) await press(new RegExp(`^${item}`))
  await press('Pay')
}
const customer = async (does: string): Promise<void> => {
  await page.getByLabel('Sandbox: the customer').selectOption(does)
}
const next = async (): Promise<void> => press('Next customer')

interface Row {
  readonly id: string
  readonly status: string
  readonly amount: number
}
const paymentsOf = async (amount: number): Promise<Row[]> => {
  const { body } = await call(
    house.platform,
    'manager',
    'GET',
    `/payments?amount_min=${amount}&amount_max=${amount}`,
  )
  return body['data'] as Row[]
}

test.skipIf(lacksBrowser())('a cashier logs in with a PIN at a browser that was made a till', async () => {
  await story.step('the browser is no till yet', async () => {
    await till.visit('/till')
    await see('This browser is not a till yet')
  })
  await story.step('it is made the front till', async () => press('Make it till 1'))
  await story.step('a wrong PIN is refused', async () => {
    await press('Asha Patel')
    await typePin('9999')
    await see('That PIN is not right.')
  })
  await story.step('the right one opens the till', async () => {
    await typePin('2468')
    await see('Sourdough loaf')
  })
})

test.skipIf(lacksBrowser())(
  'cash, a card at the reader and a check are taken, with receipts',
  async () => {
    await story.step('cash with change', async () => {
      await ringUp('Croissant', 'Croissant', 'Flat white')
      await press('Cash')
      await press('£10.00')
      await see('£2.00')
      await press(/in cash$/)
      await see('Paid £8.00')
      await see('Given')
    })
    await story.step('the receipt goes out by mail', async () => {
      await page.getByLabel('Receipt by e-mail').fill('customer@home.example')
      await press('Mail it')
      await see(/On its way to/)
      await next()
    })
    await story.step('a card at the reader', async () => {
      await ringUp('Rye loaf')
      await press(/by card$/)
      await see('Please insert or tap your card')
      await see('Paid £3.90')
      await see(/4242/)
      await next()
    })
    await story.step('a check with its number', async () => {
      await ringUp('Baguette')
      await press('Check')
      await page.getByLabel('Number of the check').fill('000123')
      await press(/by check$/)
      await see('Paid £2.10')
      await next()
    })
    expect((await paymentsOf(390)).map(({ status }) => status)).toEqual(['succeeded'])
  },
  240_000,
)

test.skipIf(lacksBrowser())(
  'a refused card brings the words of the runbook, and the customer pays another way',
  async () => {
    await story.step('not enough funds: what to say, and what to offer', async () => {
      await ringUp('Apple tart')
      await customer('poor')
      await press(/by card$/)
      await see(
        'There are not enough funds on this card. Would you like to use a different card, or split the payment?',
      )
      await see('Another card')
    })
    await story.step('split: a part in cash', async () => {
      await press('Split the payment')
      for (const key of ['1', '00']) await press(key)
      await press('Cash')
      await page.getByRole('group', { name: 'Sums that are likely' }).getByRole('button').first().click()
      await press(/in cash$/)
      await see(/Still due/)
      await press('Take the rest')
    })
    await story.step('the rest by another card', async () => {
      await press('Card')
      await customer('taps')
      await press('Take £2.85 by card')
      await see('Paid £3.85')
      await next()
    })
    await story.step('a declined card, then another one', async () => {
      await ringUp('Pot of tea')
      await customer('declined')
      await press(/by card$/)
      await see('Your card was declined. Please check with your bank.')
      await see('Do not try the same card again now.')
      await press('Another card')
      await customer('taps')
      await press(/by card$/)
      await see('Paid £2.60')
      await next()
    })
  },
  240_000,
)

test.skipIf(lacksBrowser())(
  '3D Secure is guided, and only its own success is money',
  async () => {
    await story.step('the bank asks', async () => {
      await ringUp('Cinnamon bun')
      await customer('asks')
      await press(/by card$/)
      await see('The bank asks the customer to confirm')
      await see(/They need their phone/)
    })
    await story.step('the customer confirms', async () => {
      await press('Sandbox: customer confirms')
      await see('Paid £3.10')
      await next()
    })
  },
  240_000,
)

test.skipIf(lacksBrowser())(
  'a double click charges once',
  async () => {
    await story.step('pay is pressed twice', async () => {
      await ringUp('Orange juice')
      await customer('keyed')
      await page.getByRole('button', { name: /by card$/ }).dblclick()
      await see('Paid £3.50')
      await next()
    })
    expect(await paymentsOf(350)).toHaveLength(1)
  },
  240_000,
)

test.skipIf(lacksBrowser())(
  'a connection cut in the middle is being checked, then the true outcome, charged once',
  async () => {
    const keys: string[] = []
    await page.route('**/tenders', async (route) => {
      keys.push(route.request().headers()['idempotency-key'] ?? '')
      // The platform gets the call; the till never hears the answer.
      if (keys.length === 1) await route.fetch().then(async () => route.abort())
      else if (keys.length === 2) await route.abort()
      else await route.continue()
    })
    await story.step('the answer is lost', async () => {
      await ringUp('Birthday cake')
      await customer('keyed')
      await press(/by card$/)
      await see('Being checked')
      await see('Do not charge again.')
    })
    await story.step('the same key again tells the true outcome', async () => {
      await see('Paid £32.00')
      await page.unroute('**/tenders')
      await next()
    })
    expect(keys.length).toBeGreaterThanOrEqual(3)
    expect(new Set(keys).size).toBe(1)
    expect((await paymentsOf(3_200)).map(({ status }) => status)).toEqual(['succeeded'])
  },
  240_000,
)

test.skipIf(lacksBrowser())(
  'items are held and taken up, and the till is locked and unlocked with the sale kept',
  async () => {
    await story.step('hold', async () => {
      await press(/^Seeded roll/)
      await press('Hold items')
      await page.getByLabel('Whose are they?').fill('Mrs <b>Bell</b>, at four')
      await page.getByRole('dialog').getByRole('button', { name: 'Hold items' }).click()
      await see('Press an item to begin a sale.')
    })
    await story.step('take up', async () => {
      await press('Held')
      await see('Mrs <b>Bell</b>, at four')
      await press('Take up')
      await page.getByLabel('1 of Seeded roll').waitFor(LONG)
    })
    await story.step('lock and unlock', async () => {
      await press('Lock')
      await see('The sale is kept as it is.')
      await typePin('2468')
      await page.getByLabel('1 of Seeded roll').waitFor(LONG)
      await press('Clear')
    })
  },
  240_000,
)

test.skipIf(lacksBrowser())(
  'a refund within the limit is given at once, one above it after another person agreed',
  async () => {
    await story.step("today's sales of this till", async () => {
      await press('Today')
      await see(/Card · 6\s+payments/)
    })
    const refund = async (amount: string): Promise<void> =>
      page
        .getByRole('row', { name: new RegExp(amount) })
        .getByRole('button', { name: 'Refund' })
        .click()
    await story.step('a small one', async () => {
      await refund('£3.50')
      await press('Give back')
      await see(/Given back: £3\.50|On its way: £3\.50/)
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
    })
    await story.step('a large one waits', async () => {
      await refund('£32.00')
      await press('Give back')
      await see("Waiting for a manager's approval")
    })
    await story.step('a manager approves in another browser', async () => {
      const manager = await house.as('manager')
      const status = await manager.page.evaluate(async () => {
        const base = '/payments/api/approvals'
        const found = await fetch(`${base}?status=pending&kind=refund`)
        const { data } = (await found.json()) as { data: { id: string }[] }
        const headers = { 'content-type': 'application/json' }
        return (await fetch(`${base}/${data[0]?.id}/approve`, { method: 'POST', headers, body: '{}' })).status
      })
      expect(status).toBeLessThan(300)
      await see(/Approved by Maria Lopez/)
    })
    expect(house.complaints).toEqual([])
  },
  240_000,
)
