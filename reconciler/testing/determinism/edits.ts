import type Stripe from 'stripe'
import { controlOf } from './control.ts'
import type { Plan, PlannedEdit } from './plan.ts'

interface Standing {
  readonly id: string
  readonly op: string
  readonly target?: string
  readonly [field: string]: unknown
}

const nameOf = ({ op, id }: PlannedEdit): string => `${op} ${id}`

/** Edits in every third date: a row that is gone for two nights, and one whose amount is another for three. */
export const planEdits = (
  dates: readonly string[],
  rows: readonly Stripe.BalanceTransaction[],
): PlannedEdit[] => {
  const lastUndo = dates.length - 2
  return dates.flatMap((date, night): PlannedEdit[] => {
    const plain = rows.filter(
      (row) =>
        row.reporting_category === 'charge' &&
        row.exchange_rate === null &&
        new Date(row.created * 1000).toISOString().startsWith(date),
    )
    const [gone, changed] = [plain[1], plain[2]]
    if (night % 3 !== 1 || gone === undefined || changed === undefined || night + 3 > lastUndo) return []
    return [
      { op: 'remove', id: gone.id, set: null, from: night, until: night + 2 },
      { op: 'change', id: changed.id, set: { amount: changed.amount + 7 }, from: night, until: night + 3 },
    ]
  })
}

/** Leaves Stripe with exactly the edits of a night, whoever made or undid them before. */
export const applyEdits = async (stripeUrl: string, plan: Plan, night: number): Promise<void> => {
  const control = controlOf(stripeUrl)
  const wanted = new Map(
    plan.edits
      .filter(({ from, until }) => from <= night && night < until)
      .map((edit) => [nameOf(edit), edit]),
  )
  const { data } = (await control('GET', '/edits')) as { data: readonly Standing[] }
  for (const edit of data) {
    const name = `${edit.op} ${edit.target}`
    if (!wanted.delete(name)) await control('DELETE', `/edits/${edit.id}`)
  }
  for (const { op, id, set } of wanted.values())
    await control('POST', '/edits', { op, id, ...(set === null ? {} : { set }) })
}
