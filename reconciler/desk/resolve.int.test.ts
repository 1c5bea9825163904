import { afterEach, beforeEach, expect, test } from 'vitest'
import { certify } from '../certify.ts'
import { openDeskWorld, type DeskWorld } from './testing/open-desk.ts'

let world: DeskWorld

const DATE = '2026-03-02'
const reconcile = async () => world.reconcile(DATE, '2026-03-04')

/** Fees by the world's rate card: 1.5 % + 20. A row of 700 has a fee of 31 (10.5 rounded up) and brings 669. */
beforeEach(async () => {
  world = await openDeskWorld('2026-03-01T00:00:00Z')
  await world.charge('a', `${DATE}T10:00:00Z`, 1_234)
  await world.charge('x', `${DATE}T11:00:00Z`, 700, 'stripe')
  await world.charge('y', `${DATE}T11:00:01Z`, 700, 'ledger')
  await world.charge('z', `${DATE}T12:00:00Z`, 1_000)
  const row = world.stripe.rows.get('txn_z')
  if (row) world.stripe.rows.set('txn_z', { ...row, amount: 990, fee: 35 })
  world.moveTo('2026-03-05T12:00:00Z')
  await reconcile()
})
afterEach(async () => world.close())

const WRITE_OFF = { resolution: 'write_off', reason: 'other', note: 'Agreed with the owner.' }
const MATCH = { resolution: 'forced_match', reason: 'matched_by_hand', note: 'Same card, same minute.' }

const versions = async () =>
  world.db.rows<{ version: number; clean: boolean }>(
    'SELECT version, clean FROM certificates WHERE business_date = $1 ORDER BY version',
    [DATE],
  )

const writeOff = async (object: string) => {
  expect((await world.act(object, 'resolve', WRITE_OFF)).status).toBe(202)
  expect((await world.act(object, 'approve', {}, 'ben')).status).toBe(200)
}

test('the run finds what each test resolves', async () => {
  expect(await world.open()).toEqual([
    'clearing:card ch_y gbp 700',
    'suspense txn_x gbp -669',
    'suspense txn_z gbp 10',
  ])
})

test('one person asks for a write-off, another agrees, and suspense is zero to the cent', async () => {
  const asked = await world.act('txn_z', 'resolve', WRITE_OFF)
  expect([asked.status, asked.body.status, asked.body.approval?.requested_by]).toEqual([202, 'open', 'Ann'])
  expect(await world.open()).toContain('suspense txn_z gbp 10')
  const agreed = await world.act('txn_z', 'approve', { note: 'Yes.' }, 'ben')
  expect([agreed.status, agreed.body.status, agreed.body.resolution]).toEqual([200, 'resolved', 'write_off'])
  expect(agreed.body.approvals).toMatchObject([
    {
      status: 'approved',
      requested_by: 'Ann',
      decided_by: 'Ben',
      postings: [
        { account: 'suspense', object: 'txn_z', currency: 'gbp', amount: -10 },
        { account: 'expense:reconciliation_write_offs', object: null, currency: 'gbp', amount: 10 },
      ],
    },
  ])
  expect(await world.open()).not.toContain('suspense txn_z gbp 10')
  expect(await world.booked()).toEqual(['expense:reconciliation_write_offs gbp 10'])
  const entry = await world.db.first(
    'SELECT kind, source_id, cause_kind FROM journal_entries WHERE id = $1',
    [agreed.body.adjustment_entry],
  )
  expect(entry).toEqual({ kind: 'exception_adjustment', source_id: agreed.body.id, cause_kind: 'person' })
  expect(agreed.body.history.map(({ change }) => change)).toEqual(['opened', 'requested', 'resolved'])
})

test('nobody agrees with himself: not with the same token, nor with another one of his', async () => {
  await world.act('txn_z', 'resolve', WRITE_OFF, 'annAsManager')
  const same = await world.act('txn_z', 'approve', {}, 'annAsManager')
  expect([same.status, same.body.error?.code]).toEqual([403, 'second_person_required'])
  expect((await world.act('txn_z', 'reject', { note: 'Taken back.' }, 'annAsManager')).status).toBe(200)
  await world.act('txn_z', 'resolve', WRITE_OFF, 'ann')
  const other = await world.act('txn_z', 'approve', {}, 'annAsManager')
  expect([other.status, other.body.error?.code]).toEqual([403, 'second_person_required'])
  expect(await world.booked()).toEqual([])
})

test('only finance and managers agree, and an admin moves no money', async () => {
  await world.act('txn_z', 'resolve', WRITE_OFF, 'ben')
  for (const who of ['otto', 'kit', 'ada', 'nora'] as const)
    expect((await world.act('txn_z', 'approve', {}, who)).status).toBe(403)
  for (const who of ['otto', 'kit', 'ada', 'nora'] as const) {
    expect((await world.act('txn_x', 'resolve', WRITE_OFF, who)).status).toBe(403)
    expect((await world.act('txn_x', 'note', { text: 'x' }, who)).status).toBe(403)
    const bulk = { filter: {}, expected_count: 3, action: { type: 'assign', owner: null } }
    expect((await world.send('/reconciliation/exceptions/bulk', bulk, who)).status).toBe(403)
  }
  for (const [who, status] of [
    ['otto', 200],
    ['ann', 200],
    ['kit', 403],
    ['ada', 403],
    ['nora', 403],
  ] as const)
    expect((await world.ask('/reconciliation/exceptions/summary', who)).status).toBe(status)
  expect(await world.booked()).toEqual([])
})

test('two managers who agree at the same moment post one entry', async () => {
  await world.act('txn_z', 'resolve', WRITE_OFF)
  const { id, version } = await world.about('txn_z')
  const path = `/reconciliation/exceptions/${id}/approve`
  const both = await Promise.all([
    world.send(path, { version }, 'ben'),
    world.send(path, { version }, 'cleo'),
    world.send(path, { version }, 'ben'),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  expect(both.flatMap(({ body }) => body.error?.code ?? [])).toEqual(['version_stale', 'version_stale'])
  expect(await world.booked()).toEqual(['expense:reconciliation_write_offs gbp 10'])
})

test('an adjustment goes alone up to the limit and needs a second person above it', async () => {
  const small = { resolution: 'adjust', reason: 'rounding', account: 'revenue:refunds' }
  const done = await world.act('txn_z', 'resolve', small)
  expect([done.status, done.body.resolution]).toEqual([200, 'adjusted'])
  expect(await world.booked()).toEqual(['revenue:refunds gbp 10'])
  Object.assign(world.deps.shop.exceptions, { adjust_alone_up_to: 6 })
  const large = await world.act('txn_x', 'resolve', { ...small, reason: 'dashboard_charge' })
  expect(large.status).toBe(202)
  expect(await world.open()).toContain('suspense txn_x gbp -669')
})

test.each(['expense:reconciliation_write_offs', 'revenue:reconciliation_gains'])(
  'an adjustment to %s is a write-off by another name and takes a second person, however small',
  async (account) => {
    const answer = await world.act('txn_z', 'resolve', { resolution: 'adjust', reason: 'rounding', account })
    expect([answer.status, answer.body.status]).toEqual([202, 'open'])
    expect(await world.booked()).toEqual([])
  },
)

test.each(['stripe:balance', 'bank', 'suspense', 'clearing:card', 'fx:position', 'revenue:nothing'])(
  'nothing is booked to %s',
  async (account) => {
    const answer = await world.act('txn_z', 'resolve', { resolution: 'adjust', reason: 'rounding', account })
    expect([answer.status, answer.body.error?.code]).toEqual([422, 'validation_failed'])
  },
)

test('what stands in suspense is not accepted away, and a reason must be one of the category', async () => {
  const accepted = await world.act('txn_z', 'resolve', { resolution: 'accept', reason: 'rounding' })
  expect([accepted.status, accepted.body.error?.code]).toEqual([409, 'invalid_state'])
  for (const reason of [{ reason: 'bank_delay' }, { reason: 'other' }, { reason: 'other', note: '  ' }]) {
    const answer = await world.act('txn_z', 'resolve', { resolution: 'write_off', ...reason })
    expect([answer.status, answer.body.error?.code]).toEqual([422, 'validation_failed'])
  }
  expect((await world.about('txn_z')).version).toBe(1)
})

test('a row and a movement are matched by hand, with the fee that the row had', async () => {
  const { id: counterpart } = await world.about('ch_y')
  const asked = await world.act('txn_x', 'resolve', { ...MATCH, counterpart })
  expect(asked.status).toBe(202)
  expect((await world.act('txn_x', 'approve', {}, 'ben')).status).toBe(200)
  expect(await world.open()).toEqual(['suspense txn_z gbp 10'])
  expect(await world.booked()).toEqual([])
  const [row, movement] = [await world.about('txn_x'), await world.about('ch_y')]
  expect([row.resolution, movement.resolution]).toEqual(['forced_match', 'forced_match'])
  expect(row.adjustment_entry).toBe(movement.adjustment_entry)
  // And so it stays in the runs after.
  const again = await reconcile()
  expect(again.exceptions.items.map(({ object }) => object)).toEqual(['txn_z'])
  expect(again.posted).toBe(0)
})

test('what a match leaves is written off only when somebody said so', async () => {
  await world.charge('w', `${DATE}T13:00:00Z`, 750, 'ledger')
  await reconcile()
  const { id: counterpart } = await world.about('ch_w')
  const silent = await world.act('txn_x', 'resolve', { ...MATCH, counterpart })
  expect([silent.status, silent.body.error?.code]).toEqual([409, 'invalid_state'])
  await world.act('txn_x', 'resolve', { ...MATCH, counterpart, write_off_difference: true })
  expect((await world.act('txn_x', 'approve', {}, 'ben')).status).toBe(200)
  expect(await world.open()).toEqual(['clearing:card ch_y gbp 700', 'suspense txn_z gbp 10'])
  expect(await world.booked()).toEqual(['expense:reconciliation_write_offs gbp 50'])
})

test('two rows, or an exception and itself, match nothing', async () => {
  for (const object of ['txn_z', 'txn_x']) {
    const { id: counterpart } = await world.about(object)
    expect((await world.act('txn_x', 'resolve', { ...MATCH, counterpart })).status).toBe(409)
  }
})

test('reopening takes the money back to the cent, and both sides of a match', async () => {
  const before = await world.open()
  await writeOff('txn_z')
  const { id: counterpart } = await world.about('ch_y')
  await world.act('txn_x', 'resolve', { ...MATCH, counterpart })
  await world.act('txn_x', 'approve', {}, 'ben')
  expect(await world.open()).toEqual([])
  const { adjustment_entry: entry } = await world.about('txn_z')
  const reopened = await world.act('txn_z', 'reopen', { note: 'It was not rounding.' })
  expect([reopened.status, reopened.body.status, reopened.body.resolution]).toEqual([200, 'open', null])
  expect((await world.act('ch_y', 'reopen', { note: 'Another sale.' })).status).toBe(200)
  expect((await world.about('txn_x')).status).toBe('open')
  expect(await world.open()).toEqual(before)
  expect(await world.booked()).toEqual([])
  const reversal = await world.db.first(
    "SELECT kind, corrects FROM journal_entries WHERE corrects = $1 AND kind LIKE 'exception%'",
    [entry],
  )
  expect(reversal).toEqual({ kind: 'exception_adjustment_reversal', corrects: entry })
  // It can be resolved, and reopened, once more.
  await writeOff('txn_z')
  expect(await world.booked()).toEqual(['expense:reconciliation_write_offs gbp 10'])
  await world.act('txn_z', 'reopen', { note: 'Once more.' })
  expect(await world.open()).toEqual(before)
})

test('a run after a write-off adds nothing, and the certificate of the date becomes clean in a new version', async () => {
  for (const object of ['txn_x', 'ch_y', 'txn_z']) await writeOff(object)
  expect(await world.open()).toEqual([])
  expect(await versions()).toEqual([{ version: 1, clean: false }])
  const summary = await reconcile()
  expect([summary.posted, summary.exceptions.open, summary.exceptions.opened]).toEqual([0, 0, 0])
  expect(await versions()).toEqual([
    { version: 1, clean: false },
    { version: 2, clean: true },
  ])
  await reconcile()
  expect(await versions()).toHaveLength(2)
  expect((await certify(world.deps)).findings).toEqual([])
})

test('a run of another date tells the certificate what a person resolved', async () => {
  for (const object of ['txn_x', 'ch_y', 'txn_z']) await writeOff(object)
  await world.reconcile('2026-03-04', '2026-03-04')
  expect((await versions()).at(-1)).toEqual({ version: 2, clean: true })
  await world.act('txn_z', 'reopen', { note: 'Not yet.' })
  await world.reconcile('2026-03-04', '2026-03-04')
  expect((await versions()).at(-1)).toEqual({ version: 3, clean: false })
})

test('what was written off is outstanding on the dates before, and no more from the date of its entry on', async () => {
  await writeOff('ch_y')
  world.moveTo('2026-03-07T12:00:00Z')
  const summary = await world.reconcile(DATE, '2026-03-06')
  expect(summary.exceptions.items.map(({ object }) => object).sort()).toEqual(['txn_x', 'txn_z'])
  const rows = await world.db.rows<{ date: string }>(
    `SELECT DISTINCT c.business_date AS date FROM certificate_outstanding o JOIN certificates c ON c.id = o.certificate_id
     WHERE o.object = 'ch_y' ORDER BY 1`,
  )
  // The entry is of 5 March.
  expect(rows.map(({ date }) => date)).toEqual(['2026-03-02', '2026-03-03', '2026-03-04'])
})

test('figures that changed open it again, and its write-off is taken back', async () => {
  await writeOff('txn_z')
  const row = world.stripe.rows.get('txn_z')
  if (row) world.stripe.rows.set('txn_z', { ...row, amount: 960, fee: 34 })
  await reconcile()
  const now = await world.about('txn_z')
  expect([now.status, now.resolution, now.difference, now.adjustment_entry]).toEqual([
    'open',
    null,
    -40,
    null,
  ])
  expect(now.history.at(-1)).toMatchObject({
    change: 'reopened',
    by: { kind: 'run' },
    why: 'Its figures are no longer those that a person resolved.',
    before: { status: 'resolved', resolution: 'write_off', actual: 990 },
    after: { status: 'open', actual: 960 },
  })
  expect(await world.open()).toContain('suspense txn_z gbp 40')
  expect(await world.booked()).toEqual([])
})

test('facts that agree after a write-off take it back: it would be a difference itself', async () => {
  await writeOff('txn_z')
  const row = world.stripe.rows.get('txn_z')
  if (row) world.stripe.rows.set('txn_z', { ...row, amount: 1_000, fee: 35 })
  await reconcile()
  const now = await world.about('txn_z')
  expect([now.status, now.resolution, now.healed]).toEqual(['resolved', 'healed', true])
  expect(now.history.at(-1)?.why).toContain('taken back')
  expect(await world.open()).toEqual(['clearing:card ch_y gbp 700', 'suspense txn_x gbp -669'])
  expect(await world.booked()).toEqual([])
})

test('one side of a match that vanishes opens the other again', async () => {
  const { id: counterpart } = await world.about('ch_y')
  await world.act('txn_x', 'resolve', { ...MATCH, counterpart })
  await world.act('txn_x', 'approve', {}, 'ben')
  world.stripe.rows.delete('txn_x')
  world.stripe.objects.delete('ch_x')
  await reconcile()
  const [row, movement] = [await world.about('txn_x'), await world.about('ch_y')]
  expect([row.resolution, movement.status]).toEqual(['healed', 'open'])
  expect(await world.open()).toEqual(['clearing:card ch_y gbp 700', 'suspense txn_z gbp 10'])
})

test('a request whose figures changed meanwhile is not agreed to', async () => {
  await world.act('txn_z', 'resolve', WRITE_OFF)
  const row = world.stripe.rows.get('txn_z')
  if (row) world.stripe.rows.set('txn_z', { ...row, amount: 960, fee: 34 })
  await reconcile()
  const late = await world.act('txn_z', 'approve', {}, 'ben')
  expect([late.status, late.body.error?.code]).toEqual([409, 'approval_expired'])
  expect(await world.booked()).toEqual([])
})

test('exactly what was shown is posted, or nothing: what stands in suspense changed meanwhile', async () => {
  await world.act('txn_z', 'resolve', WRITE_OFF)
  await world.post('correction', 'txn_z', '2026-03-05T12:00:00Z', 'suspense', 5)
  const late = await world.act('txn_z', 'approve', {}, 'ben')
  expect([late.status, late.body.error?.code]).toEqual([409, 'approval_expired'])
  expect(await world.booked()).toEqual([])
})

test('a request whose other side was resolved meanwhile ends with the try to agree', async () => {
  const { id: counterpart } = await world.about('ch_y')
  await world.act('txn_x', 'resolve', { ...MATCH, counterpart })
  await writeOff('ch_y')
  const late = await world.act('txn_x', 'approve', {}, 'cleo')
  expect([late.status, late.body.error?.code]).toEqual([409, 'approval_expired'])
  const now = await world.about('txn_x')
  expect(now.approvals.map(({ status }) => status)).toEqual(['expired'])
  expect(now.history.at(-1)?.change).toBe('expired')
  expect(await world.open()).toEqual(['suspense txn_x gbp -669', 'suspense txn_z gbp 10'])
})

test('a dry run undoes none of what people did', async () => {
  await writeOff('txn_z')
  const row = world.stripe.rows.get('txn_z')
  if (row) world.stripe.rows.set('txn_z', { ...row, amount: 960, fee: 34 })
  await world.reconcile(DATE, DATE, { dryRun: true })
  expect((await world.about('txn_z')).resolution).toBe('write_off')
  expect(await world.booked()).toEqual(['expense:reconciliation_write_offs gbp 10'])
})
