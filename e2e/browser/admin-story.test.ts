import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../tillwatch.ts'
import { lacksBrowser } from './kit/browser.ts'
import { handOf, type Hand } from './kit/hand.ts'
import { openHouse, type House, type Visitor } from './kit/open-house.ts'
import { tellStory, type Story } from './kit/steps.ts'

const NEW = { name: 'Nora Quill', email: 'nora@company.com', password: 'lantern-orchard-violet-91' }

let house: House
let admin: Visitor
let nora: Visitor
let hand: Hand
let hers: Hand
let story: Story
let invitation = ''
let recoveryCodes: readonly string[] = []

const LONG_MS = 40_000

beforeAll(async () => {
  if (lacksBrowser()) return
  house = await openHouse()
  story = tellStory('admin', () => admin.page)
  admin = await house.stranger()
  nora = await house.stranger()
  for (const { page } of [admin, nora]) page.setDefaultTimeout(LONG_MS)
  hand = handOf(admin.page)
  hers = handOf(nora.page)
}, 300_000)
afterAll(async () => {
  if (story) process.stdout.write(`${story.report()}\n`)
  await house?.close()
})

/** Asks the API from within a page, with the session of whoever is logged in there. */
const ask = async (page: Page, path: string): Promise<number> =>
  page.evaluate(async (url) => (await fetch(url)).status, `/payments/api${path}`)
/** Asks the API with a token, as a program does. */
const askAs = async (token: string, path: string): Promise<number> => {
  const response = await fetch(`${house.platform.url}/payments/api${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return response.status
}
const shownOnce = async (label: string): Promise<string> =>
  admin.page.getByRole('textbox', { name: label, exact: true }).inputValue()
const codeOf = (secret: string): string =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate()

test.skipIf(lacksBrowser())('an admin logs in with two factors and sees what waits', async () => {
  const accounts = await house.accounts()
  const { email, password } = accounts.find(({ role }) => role === 'admin') ?? expect.fail('no admin')
  await story.step('a wrong password is refused without saying what was wrong', async () => {
    await admin.visit('/login')
    await hand.fill('E-mail', email)
    await hand.fill('Password', `${password}x`)
    await hand.press('Log in')
    await hand.see('The e-mail, password, code or PIN is wrong.')
  })
  await story.step('password and code open the door', async () => {
    await hand.fill('Password', password)
    await hand.press('Log in')
    const again = await house.accounts()
    await hand.fill('Six-digit code', again.find(({ role }) => role === 'admin')?.code ?? '')
    await hand.press('Go on')
    await hand.see('What waits for you')
  })
  await story.step('payments are not an admin’s to take', async () => {
    expect(await ask(admin.page, '/approvals')).toBe(403)
  })
})

test.skipIf(lacksBrowser())('somebody new gets access by a link that works once', async () => {
  await story.step('a person is added, for finance', async () => {
    await admin.visit('/admin')
    await hand.press('Add a person')
    await hand.fill('Name', NEW.name)
    await hand.fill('E-mail', NEW.email)
    await hand.choose('Role', 'finance')
    await hand.press('Add')
    await hand.see('Invitation link')
    invitation = await shownOnce('Invitation link')
    await hand.press('Done')
    expect(await hand.row(NEW.email)).toContain('nothing yet')
  })
  await story.step('she chooses a password', async () => {
    await nora.page.goto(invitation)
    await hers.fill('E-mail', NEW.email)
    await hers.fill('Password', NEW.password)
    await hers.press('Take up the invitation')
    await hers.see('Set up your second factor')
  })
  await story.step('before the second factor nothing is open to her', async () => {
    expect(await ask(nora.page, '/payments')).toBe(401)
  })
  await story.step('she sets up an authenticator and keeps her codes', async () => {
    const secret = await nora.page
      .locator('main')
      .getByText(/^[A-Z2-7 ]{20,}$/)
      .first()
      .innerText()
    await hers.fill('Six-digit code', codeOf(secret))
    await hers.press('Go on')
    const list = nora.page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
    await list.first().waitFor()
    recoveryCodes = await list.allInnerTexts()
    expect(new Set(recoveryCodes).size).toBe(10)
    await nora.page.getByLabel('I have kept them').check()
    await hers.press('Go on')
    await hers.see('Good to see you, Nora')
  })
  await story.step('the link does not work again', async () => {
    const other = await house.stranger()
    const second = handOf(other.page)
    await other.page.goto(invitation)
    await second.fill('E-mail', NEW.email)
    await second.fill('Password', 'another-password-entirely-7')
    await second.press('Take up the invitation')
    await second.see(/invitation/i)
    await other.page.getByRole('alert').first().waitFor()
    await other.context.close()
  })
  await story.step('her page of exceptions is open', async () => {
    await nora.visit('/reconciliation')
    expect(await ask(nora.page, '/reconciliation/exceptions')).toBe(200)
    expect(await ask(nora.page, '/alerts')).toBe(403)
  })
})

test.skipIf(lacksBrowser())('a role that changes counts with the next request', async () => {
  await story.step('her browser is listed with her', async () => {
    await admin.visit('/admin')
    await hand.follow(NEW.name)
    await hand.see('Open sessions')
    await hand.see(/Chrom/)
  })
  await story.step('she becomes a manager', async () => {
    await hand.press('Change role or stores')
    await hand.choose('Role', 'manager')
    await hand.press('Change')
    await hand.see(/is manager with their next request/)
    expect(await ask(nora.page, '/alerts')).toBe(200)
  })
  await story.step('and loses the whole shop: she sees one store', async () => {
    await hand.press('Change role or stores')
    await admin.page.getByLabel('Every store').uncheck()
    await hand.press('Change')
    await hand.miss('Every store')
    await hand.see('Corner Bakery')
    expect(await ask(nora.page, '/alerts')).toBe(403)
    expect(await ask(nora.page, '/payments')).toBe(200)
  })
})

test.skipIf(lacksBrowser())('whoever is removed is refused everywhere within seconds', async () => {
  await story.step('her page of payments is open and live', async () => {
    await nora.visit('/payments/dashboard/')
    expect(await ask(nora.page, '/payments')).toBe(200)
  })
  await story.step('she is removed, with a reason', async () => {
    await hand.press('Remove')
    await hand.fill('Reason', 'Left the company')
    await hand.press('Remove')
    await hand.see('Nora Quill has no access any more.')
  })
  await story.step('her very next request is refused', async () => {
    expect(await ask(nora.page, '/payments')).toBe(401)
  })
  await story.step('her open page closes by itself', async () => {
    await hers.see('You have been signed out')
  })
  await story.step('neither her password nor a recovery code opens the door again', async () => {
    await nora.visit('/login')
    await hers.fill('E-mail', NEW.email)
    await hers.fill('Password', NEW.password)
    await hers.press('Log in')
    await hers.see('The e-mail, password, code or PIN is wrong.')
  })
  await story.step('she stays listed among those who were removed, with the reason', async () => {
    await admin.visit('/admin?status=removed')
    expect(await hand.row(NEW.name)).toContain('Left the company')
  })
})

test.skipIf(lacksBrowser())('a program gets a token that can do one thing, and loses it', async () => {
  let token = ''
  let rotated = ''
  await story.step('a token that reads payments and nothing else', async () => {
    await admin.visit('/admin/tokens')
    await hand.press('New token')
    await hand.fill('Name', 'Stock system')
    await hand.choose('Role', 'finance')
    await admin.page.getByLabel('Narrow it within its role').check()
    await admin.page.getByLabel('payments:read').check()
    await hand.press('Make the token')
    token = await shownOnce('Token')
    await hand.press('Done')
    expect([await askAs(token, '/payments'), await askAs(token, '/reconciliation/exceptions')]).toEqual([
      200, 403,
    ])
  })
  await story.step('it is rotated, and both work for a while', async () => {
    await hand.press('Rotate Stock system')
    await hand.press('Rotate')
    rotated = await shownOnce('New token')
    await hand.press('Done')
    expect([await askAs(token, '/payments'), await askAs(rotated, '/payments')]).toEqual([200, 200])
  })
  await story.step('the new one is revoked and refused', async () => {
    await hand.press('Revoke Stock system')
    await hand.press('Revoke')
    await hand.see('Stock system is refused from now on.')
    const answers = [await askAs(token, '/payments'), await askAs(rotated, '/payments')]
    expect(answers).toContain(401)
  })
})

test.skipIf(lacksBrowser())('everybody’s access is reviewed and signed off', async () => {
  await story.step('the review of the quarter', async () => {
    await admin.visit('/admin/reviews')
    await hand.see(/Who may do what/)
  })
  await story.step('each is kept, but for oneself', async () => {
    const keep = admin.page.getByRole('button', { name: /^Keep / })
    await keep.first().waitFor()
    for (let left = await keep.count(); left > 0; left -= 1) {
      await keep.first().click()
      await eventually('one less is open', async () => ((await keep.count()) < left ? true : undefined))
    }
    await hand.see('Another admin decides about you')
  })
  await story.step('it is signed off', async () => {
    await hand.press('Sign off')
    await hand.see('signed off')
  })
})

test.skipIf(lacksBrowser())('the day can be read in the audit trail, and the chain holds', async () => {
  await story.step('secrets by name and age, without a value', async () => {
    await admin.visit('/admin/secrets')
    await hand.see('Signature of Stripe’s webhooks')
    expect(await admin.page.locator('main').innerText()).not.toMatch(/whsec_|sk_test_|rk_/)
  })
  await story.step('settings as they hold now', async () => admin.visit('/admin/settings'))
  await story.step('the table of access, as it is enforced', async () => {
    await admin.visit('/admin/access?q=refund')
    expect(await hand.row(/Refund|refund/)).toMatch(/yes/)
  })
  await story.step('who did what to her', async () => {
    await admin.visit('/admin/audit?action=people.')
    for (const verb of [/remove/, /change/]) expect(await hand.row(verb)).toContain('Adam Novak')
  })
  await story.step('every row of the chain is checked', async () => {
    await hand.press('Check every row')
    await hand.see('every row holds')
  })
  await story.step('the admin logs out, and the page is closed', async () => {
    await admin.visit('/account')
    await hand.press('Log out')
    await admin.page.waitForURL(/\/login/)
    expect(await ask(admin.page, '/people')).toBe(401)
  })
  expect(house.complaints).toEqual([])
})
