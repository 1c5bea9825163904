import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deliverTo } from '../alerts/scene.ts'
import { call, eventually } from '../tillwatch.ts'
import { lacksBrowser } from './kit/browser.ts'
import { CARDS, control, nowAt, sell } from './kit/furnish.ts'
import { handOf, type Hand } from './kit/hand.ts'
import { openHouse, type House, type Visitor } from './kit/open-house.ts'
import { tellStory, type Story } from './kit/steps.ts'

const RULE = 'PaymentSuccessRateCritical'
const GOOD = 24
const REFUSED = 10
const BROKEN = 3
const AN_HOUR_AND_A_LITTLE_MS = 61 * 60_000
/** Longer than an alert must stay quiet before it is over. */
const CALM_MS = 6 * 60_000
const LONG_MS = 60_000

let house: House
let visitor: Visitor
let page: Page
let hand: Hand
let story: Story
let data = ''

beforeAll(async () => {
  if (lacksBrowser()) return
  house = await openHouse(async (folder) => {
    data = folder
  })
  story = tellStory('on-call', () => page)
  visitor = await house.as('oncall')
  page = visitor.page
  page.setDefaultTimeout(LONG_MS)
  hand = handOf(page)
}, 300_000)
afterAll(async () => {
  if (story) process.stdout.write(`${story.report()}\n`)
  await house?.close()
})

const nowMs = async (): Promise<number> => nowAt(house.platform)
/** Lets so much of the business's time pass at once. */
const pass = async (ms: number): Promise<void> =>
  control(house.platform, '/clock', { now: new Date((await nowMs()) + ms).toISOString() })
/** The pager's log, oldest first: what it was asked to do about the rule. */
const pagerOf = async (rule: string): Promise<string[]> => {
  const response = await fetch(`${house.platform.url}/_sandbox/pages`, {
    headers: { accept: 'application/json' },
  })
  const { data: pages } = (await response.json()) as { data: { event_action: string; dedup_key: string }[] }
  return pages
    .filter(({ dedup_key: key }) => key.includes(rule))
    .map(({ event_action: action }) => action)
    .reverse()
}
const untilPager = async (...actions: readonly string[]): Promise<void> => {
  await eventually(`the pager has ${actions.join(', ')}`, async () =>
    (await pagerOf(RULE)).join() === actions.join() ? true : undefined,
  )
}

/** An event that says too little to be applied. */
const deliverBroken = async (): Promise<void> => {
  const secrets = JSON.parse(await readFile(join(data, 'secrets.json'), 'utf8')) as {
    webhook: { secret: string }
  }
  const deliver = deliverTo(house.platform, secrets.webhook.secret, nowMs)
  for (let n = 0; n < BROKEN; n += 1)
    expect(
      await deliver({
        id: `evt_story${n}`,
        object: 'event',
        type: 'charge.succeeded',
        created: Math.floor((await nowMs()) / 1_000),
        livemode: false,
        data: { object: { id: `ch_${n}broken`, object: 'charge' } },
      }),
    ).toBe(200)
}

test.skipIf(lacksBrowser())('the shift begins quietly, and the pager is known to ring', async () => {
  await story.step('nothing waits', async () => {
    await visitor.visit('/')
    await page.getByRole('listitem').filter({ hasText: 'Alerts firing' }).getByText('none').waitFor()
  })
  await story.step('who is told, and when', async () => {
    await visitor.visit('/alerts?tab=on-call')
    await hand.see('Who is told, and when')
    await hand.see(/mail to oncall@company.com/)
  })
  await story.step('a test message goes every way', async () => {
    await hand.press('Send a test')
    await page.getByText('taken').first().waitFor()
  })
  await story.step('the list of incidents is empty, and says so', async () => {
    await visitor.visit('/alerts')
    await hand.see('Nothing is wrong')
  })
})

test.skipIf(lacksBrowser())('many cards are refused: the page rings and the open list shows it', async () => {
  await story.step('the open list shows the incident by itself', async () => {
    for (let n = 0; n < GOOD; n += 1) await sell(house.platform, 400 + n)
    for (let n = 0; n < REFUSED; n += 1) await sell(house.platform, 300 + n, CARDS.poor)
    await page.getByRole('row').filter({ hasText: RULE }).first().waitFor()
  })
  await story.step('the pager rang once', async () => untilPager('trigger'))
  await story.step('the mail says what to do', async () => {
    await hand.follow('Mail and pager of the demo')
    await page.getByRole('row').filter({ hasText: RULE }).first().waitFor()
    const [mail] = await Promise.all([
      page
        .context()
        .waitForEvent('page')
        .catch(() => null),
      page
        .getByRole('link', { name: new RegExp(`${RULE}$`) })
        .first()
        .click(),
    ]).then(([opened]) => [opened ?? page])
    await mail
      ?.getByText(/What to do|Runbook/i)
      .first()
      .waitFor()
    await mail?.goBack().catch(() => null)
  })
})

test.skipIf(lacksBrowser())('it is taken, worked by the runbook, and noted', async () => {
  await story.step('the incident says what was counted and that nobody has it', async () => {
    await visitor.visit('/alerts')
    await page.getByRole('row').filter({ hasText: RULE }).getByRole('link').first().click()
    await hand.see('Nobody has it yet.')
    await hand.see(new RegExp(`%;\\s+${REFUSED} of ${GOOD + REFUSED} failed, the line is`))
  })
  await story.step('the value is drawn against its line', async () => {
    await page.getByRole('heading', { name: 'Measured value and its line' }).waitFor()
    await page.locator('canvas').first().waitFor()
  })
  await story.step('it is taken', async () => {
    await hand.press('I am on it')
    await hand.see(/has it since/)
    await untilPager('trigger', 'acknowledge')
  })
  await story.step('the first step of the runbook is done', async () => {
    await hand.press('Step 1 is done')
    await hand.see(/done by Omar Haddad/)
  })
  await story.step('a refused payment says what happened to the card', async () => {
    await page.getByRole('region', { name: 'Payments to look at' }).getByRole('link').first().click()
    await hand.see(/not enough funds|insufficient funds/i)
    await page.goBack()
    await hand.see('Measured value and its line')
  })
  await story.step('what was found is noted', async () => {
    await hand.press('Add a note')
    await hand.fill('Note', 'One customer with an empty card, over and over.')
    await hand.press('Save the note')
    await hand.see(/an empty card, over and over/)
  })
})

test.skipIf(lacksBrowser())('known noise is silenced for a while, and the silence ended', async () => {
  await story.step('the alert is snoozed, with a reason', async () => {
    await hand.press('Snooze')
    await hand.fill('Why', 'The customer is being helped')
    await hand.press('Silence')
    await hand.see('Nobody is told of these alerts for now')
  })
  await story.step('the silence is listed with its author, and ended', async () => {
    await visitor.visit('/alerts?tab=silences')
    expect(await hand.row('The customer is being helped')).toMatch(/active[\s\S]*Omar Haddad/)
    await hand.press('End now')
    await hand.see('Nothing is silenced')
  })
})

test.skipIf(lacksBrowser())('webhooks that fail are seen, understood and tried again', async () => {
  await story.step('three fail, and the page says of what', async () => {
    await deliverBroken()
    await visitor.visit('/payments/webhooks/')
    await page.getByRole('button', { name: 'Retry all failed charge.succeeded' }).waitFor()
  })
  await story.step('one of them, with its tries', async () => {
    await visitor.visit('/payments/webhooks/?status=failed')
    await page.getByRole('row').filter({ hasText: 'ch_0broken' }).getByRole('link').first().click()
    await hand.see(/charge.succeeded/)
    await page.goBack()
  })
  await story.step('all of a kind are tried again, exactly as many as were shown', async () => {
    await hand.press('Retry all failed charge.succeeded')
    await hand.press(`Retry ${BROKEN}`)
    await hand.see(`${BROKEN} will be applied again now`)
  })
  await story.step('the way from Stripe is tested', async () => {
    await hand.press('Test the endpoint')
    await hand.see('Stripe reaches us')
    await hand.press('Close')
  })
  await story.step('how fresh the events are', async () => hand.see(/Freshness|last event|newest/i))
})

test.skipIf(lacksBrowser())('it ends by itself, and whoever was told hears of it', async () => {
  await story.step('an hour later cards are taken, and it is over', async () => {
    await pass(AN_HOUR_AND_A_LITTLE_MS)
    for (let n = 0; n < GOOD; n += 1) await sell(house.platform, 500 + n)
    await eventually('the alert is on its way out', async () => {
      const { body } = await call(house.platform, 'oncall', 'GET', `/alerts?rule=${RULE}&limit=1`)
      const [{ id }] = body['data'] as [{ id: string }]
      const whole = await call(house.platform, 'oncall', 'GET', `/alerts/${id}`)
      const [alert] = whole.body['alerts'] as [{ phase: string }]
      return ['recovering', 'inactive'].includes(alert.phase) ? true : undefined
    })
    await pass(CALM_MS)
    // Who took it had an hour; that was over with the jump, so the pager may have rung once more.
    await eventually('the pager hears that it is over', async () =>
      (await pagerOf(RULE)).at(-1) === 'resolve' ? true : undefined,
    )
  })
  await story.step('the history has it, with its end', async () => {
    await visitor.visit('/alerts?status=resolved')
    await page.getByRole('row').filter({ hasText: RULE }).getByRole('link').first().click()
    await hand.see(/It ended by itself/)
    const told = await page.getByRole('region', { name: 'What happened' }).innerText()
    expect(told).toMatch(/an empty card, over and over/)
  })
  await story.step('every message that was sent is listed', async () => {
    await visitor.visit('/alerts?tab=messages')
    for (const change of ['fired', 'resolved'])
      await page
        .getByRole('row')
        .filter({ hasText: 'oncall@company.com' })
        .filter({ hasText: change })
        .first()
        .waitFor()
  })
  await story.step('what is the bookkeeper’s is closed to on-call', async () => {
    await visitor.visit('/reconciliation')
    await hand.see('This is not open to your role')
  })
  await story.step('the shift ends', async () => {
    await visitor.visit('/account')
    await hand.press('Log out')
    await page.waitForURL(/\/login/)
    expect((await call(house.platform, 'oncall', 'GET', '/alerts?status=firing')).status).toBe(200)
  })
  expect(house.complaints).toEqual([])
})
