import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pathOf } from '#core/contracts/pages.ts'
import { lacksBrowser } from './kit/browser.ts'
import { openHouse, type House } from './kit/open-house.ts'

const lacks = lacksBrowser()
const API = '/payments/api'
/** Runs when a page takes text for HTML, whichever way. */
const EVIL = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script><b id="harmed">bold</b>'

let house: House
let data = ''
let saleId = ''
let paymentId = ''

const send = async (role: string, path: string, body: object): Promise<Record<string, unknown>> => {
  const token = (await readFile(join(data, 'tokens', role), 'utf8')).trim()
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': `evil-${path}`,
  }
  const response = await fetch(`${house.platform.url}${API}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Record<string, unknown>
}

beforeAll(async () => {
  if (lacks) return
  house = await openHouse(async (folder) => {
    data = folder
  })
  const { url } = house.platform
  const cashier = (await readFile(join(data, 'tokens', 'cashier'), 'utf8')).trim()
  const tills = await fetch(`${url}${API}/tills`, { headers: { authorization: `Bearer ${cashier}` } })
  const [till] = ((await tills.json()) as { data: { id: string }[] }).data
  const lines = [{ name: EVIL, quantity: 1, unit_amount: 500 }]
  const sale = await send('cashier', '/sales', {
    till_id: till?.id,
    currency: 'gbp',
    lines,
  })
  saleId = String(sale['id'])
  const paid = await send('cashier', `/sales/${saleId}/tenders`, { type: 'cash', amount: 500 })
  paymentId = String(paid['id'])
  await send('finance', `/payments/${paymentId}/notes`, { text: EVIL })
  await send('admin', '/tokens', { role: 'finance', name: EVIL })
  await send('oncall', '/silences', { matchers: [{ label: 'rule', value: EVIL }], reason: EVIL, minutes: 30 })
}, 300_000)
afterAll(async () => house?.close())

describe.skipIf(lacksBrowser())('HTML and scripts in what people write stay text', () => {
  test.each([
    ['the payment page', 'finance', () => pathOf('payment', paymentId)],
    ['the list of payments', 'finance', () => pathOf('payments')],
    ['the tokens', 'admin', () => pathOf('tokens')],
    ['the silences', 'oncall', () => '/alerts?tab=silences'],
    ['the audit trail', 'auditor', () => `${pathOf('audit')}?q=harmed`],
  ])('on %s', async (_name, role, path) => {
    const { page, visit } = await house.as(role)
    await visit(path())
    await page.waitForLoadState('networkidle').catch(() => undefined)
    expect(await page.evaluate("'harmed' in window")).toBe(false)
    expect(await page.locator('#harmed').count()).toBe(0)
    await page.close()
  })

  test('in a row of the audit trail, which shows it to the letter', async () => {
    const { page, visit } = await house.as('auditor')
    await visit(`${pathOf('audit')}?q=harmed&action=tokens.`)
    await page.getByRole('link', { name: 'tokens.create' }).first().click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText('<img src=x onerror="window.harmed=1">', { exact: false }).first().waitFor()
    expect(await page.evaluate("'harmed' in window")).toBe(false)
    await page.close()
  })

  test('and no page asked for anything that its policy forbids', () => {
    expect(house.complaints).toEqual([])
  })
})
