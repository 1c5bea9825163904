import { CATEGORY_RULES } from './categories.ts'
import type { BalanceRow, Movement } from './facts.ts'

/** Rows that are one fact of Stripe's, and the movement of ours that they answer. */
export interface Answer {
  /** The row that stands for all; undefined while only parts of it are there. */
  readonly main: BalanceRow | undefined
  /** Every row of it, oldest first. */
  readonly rows: readonly BalanceRow[]
  readonly movement: Movement | undefined
}

interface Slot {
  readonly rows: BalanceRow[]
  readonly parts: BalanceRow[]
  readonly movements: Movement[]
  inSeveralRows: boolean
}

/** What each row was paired with before: movement keys by row id. */
type Held = ReadonlyMap<string, string>

const directionOf = (amount: bigint): 'in' | 'out' => (amount < 0n ? 'out' : 'in')

const slotOf = (account: string, object: string, direction: 'in' | 'out'): string =>
  JSON.stringify([account, object, direction])

/**
 * Where rows and movements of one kind meet; undefined for a row that answers nothing. By the category's own direction: a
 * row whose amount lost its sign is still that movement's, with another amount.
 */
export const slotOfRow = (row: Pick<BalanceRow, 'category' | 'source' | 'amount'>): string | undefined => {
  const { answeredBy, direction } = CATEGORY_RULES.get(row.category) ?? {}
  if (answeredBy === undefined || row.source === null) return undefined
  return slotOf(answeredBy, row.source, direction ?? directionOf(row.amount))
}

/** The place of a movement among rows and movements. */
export const slotOfMovement = ({
  account,
  object,
  amount,
}: Pick<Movement, 'account' | 'object' | 'amount'>): string => slotOf(account, object, directionOf(amount))

const byTime = (one: BalanceRow, other: BalanceRow): number =>
  one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1)

const byOccurrence = (one: Movement, other: Movement): number =>
  one.occurredAt.getTime() - other.occurredAt.getTime() || (one.key < other.key ? -1 : 1)

/** What rows of one fact sum to; one in another currency than the first adds nothing to it. */
export const totalOf = (rows: readonly BalanceRow[]): bigint =>
  rows.reduce((sum, row) => sum + (row.currency === rows[0]?.currency ? row.amount : 0n), 0n)

const fillSlots = (
  rows: readonly BalanceRow[],
  movements: readonly Movement[],
): { readonly slots: ReadonlyMap<string, Slot>; readonly others: readonly BalanceRow[] } => {
  const slots = new Map<string, Slot>()
  const others: BalanceRow[] = []
  const at = (key: string): Slot => {
    const slot = slots.get(key) ?? { rows: [], parts: [], movements: [], inSeveralRows: false }
    slots.set(key, slot)
    return slot
  }
  for (const row of rows.toSorted(byTime)) {
    const key = slotOfRow(row)
    if (key === undefined) {
      others.push(row)
      continue
    }
    const rule = CATEGORY_RULES.get(row.category)
    const slot = at(key)
    slot.inSeveralRows ||= rule?.inSeveralRows === true
    ;(rule?.isPart ? slot.parts : slot.rows).push(row)
  }
  for (const movement of movements.toSorted(byOccurrence))
    at(slotOfMovement(movement)).movements.push(movement)
  return { slots, others }
}

type Prefers = (row: BalanceRow, movement: Movement, slot: Slot, held: Held) => boolean

const isExact: Prefers = (row, movement, { parts }) =>
  movement.currency === row.currency &&
  (movement.amount === row.amount || (parts.length > 0 && movement.amount === totalOf([row, ...parts])))

/**
 * Of two movements that fit equally well the one it has: nothing is settled anew for no gain. One that fits less well is not
 * kept, for then the order in which facts arrived would decide for ever.
 */
const isHeld: Prefers = (row, movement, slot, held) =>
  movement.key === held.get(row.id) && isExact(row, movement, slot, held)

const isLeft: Prefers = () => true

/** Takes out of `rows` and `movements` the pairs that one preference makes, each row in turn with the oldest movement. */
const takePairs = (
  prefers: Prefers,
  slot: Slot,
  rows: BalanceRow[],
  movements: Movement[],
  held: Held,
): [BalanceRow, Movement][] =>
  rows.splice(0).flatMap((row): [BalanceRow, Movement][] => {
    const at = movements.findIndex((movement) => prefers(row, movement, slot, held))
    const [taken] = at < 0 ? [] : movements.splice(at, 1)
    if (taken) return [[row, taken]]
    rows.push(row)
    return []
  })

/** One row for one movement: one of its own amount, rather the one it has already; else the oldest left. */
const pairSingles = (slot: Slot, held: Held): Answer[] => {
  const rows = [...slot.rows]
  const movements = [...slot.movements]
  const pairs = [isHeld, isExact, isLeft].flatMap((prefers) =>
    takePairs(prefers, slot, rows, movements, held),
  )
  const answers = [
    ...pairs.map(([row, movement]): Answer => ({ main: row, rows: [row], movement })),
    ...rows.map((row): Answer => ({ main: row, rows: [row], movement: undefined })),
  ]
  if (slot.parts.length === 0) return answers
  const [first = { main: undefined, rows: [], movement: slot.movements[0] }, ...rest] = answers
  return [{ ...first, rows: [...first.rows, ...slot.parts] }, ...rest]
}

/** Rows that Stripe made in one instant are of one movement. */
const clusters = (rows: readonly BalanceRow[]): BalanceRow[][] => {
  const groups: BalanceRow[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last?.[0]?.createdAt.getTime() === row.createdAt.getTime()) last.push(row)
    else groups.push([row])
  }
  return groups
}

/**
 * Several rows may be one movement: a row of its own amount first; what is left goes to the movements that are left, in the
 * order of time, all that remains to the last of them. Rows without a movement stand alone.
 */
const pairSeveral = (slot: Slot, held: Held): Answer[] => {
  const rows = [...slot.rows]
  const movements = [...slot.movements]
  const exact = takePairs(isExact, slot, rows, movements, held)
  const answers = exact.map(([row, movement]): Answer => ({ main: row, rows: [row], movement }))
  if (movements.length === 0)
    return [...answers, ...rows.map((row): Answer => ({ main: row, rows: [row], movement: undefined }))]
  const groups = clusters(rows)
  const last = Math.min(movements.length, groups.length) - 1
  const joined = groups.slice(0, last + 1).map((group, at) => (at === last ? groups.slice(at).flat() : group))
  return [
    ...answers,
    ...joined.map((group, at): Answer => ({ main: group[0], rows: group, movement: movements[at] })),
  ]
}

/**
 * Pairs balance transactions with movements by Stripe's source id, account and direction. The result depends on the facts
 * only, not on the order in which they were read or came in; `held`, what each row was paired with before, only decides between
 * movements of one amount. Every row is in exactly one answer, and every movement is the `main` row's of at most one.
 */
export const pairRows = (
  rows: readonly BalanceRow[],
  movements: readonly Movement[],
  held: Held,
): Map<string, Answer> => {
  const { slots, others } = fillSlots(rows, movements)
  const answers = [
    ...others.map((row): Answer => ({ main: row, rows: [row], movement: undefined })),
    ...[...slots.values()].flatMap((slot) =>
      slot.inSeveralRows ? pairSeveral(slot, held) : pairSingles(slot, held),
    ),
  ]
  return new Map(answers.flatMap((answer) => answer.rows.map((row) => [row.id, answer] as const)))
}
