import { toDifference, type Difference, type SideRow } from './differences.ts'
import type { SideName } from './sides.ts'

/** A row of one side as the comparison reads it: its side, and all of it in one text (`wholeOf`). */
export interface WholeRow {
  readonly side: SideName
  readonly whole: string
}

interface Read {
  readonly key: string
  readonly hash: string
  readonly row: SideRow
}

/** Takes the text apart again, in the order in which `wholeOf` puts it together. */
const readWhole = (whole: string): Read => {
  const [key = '', object = '', currency = '', amount = '', fee = '', net = '', ...rest] = JSON.parse(
    whole,
  ) as string[]
  const [created = '', date = '', ref = '', hash = ''] = rest
  const money = { amount: BigInt(amount), fee: BigInt(fee), net: BigInt(net) }
  return { key, hash, row: { object, currency, ...money, created, business_date: date, ref } }
}

type Sides = Readonly<Record<SideName, Read[]>>

const byKeys = (rows: readonly WholeRow[]): Map<string, Sides> => {
  const keys = new Map<string, Sides>()
  for (const { side, whole } of rows) {
    const read = readWhole(whole)
    const sides = keys.get(read.key)
    if (sides !== undefined) sides[side].push(read)
    else
      keys.set(read.key, side === 'stripe' ? { stripe: [read], ledger: [] } : { stripe: [], ledger: [read] })
  }
  return keys
}

const differs = ({ stripe, ledger }: Sides): boolean =>
  stripe.length !== 1 || ledger.length !== 1 || stripe[0]?.hash !== ledger[0]?.hash

/** Of a key's duplicates the one with the least hash, so that the same one is named in each run. */
const firstOf = (reads: readonly Read[]): SideRow | null => {
  let first = reads[0]
  for (const read of reads) if (first !== undefined && read.hash < first.hash) first = read
  return first?.row ?? null
}

/**
 * Puts the rows of both sides together by key and names the keys that are not once on each side with the same hash. The key itself
 * decides: rows that were only found because they share their key's hash with another one are left out.
 */
export const groupRows = (rows: readonly WholeRow[]): Difference[] =>
  [...byKeys(rows)]
    .filter(([, sides]) => differs(sides))
    .map(([key, { stripe, ledger }]) =>
      toDifference({
        key,
        counts: { stripe: stripe.length, ledger: ledger.length },
        stripe: firstOf(stripe),
        ledger: firstOf(ledger),
      }),
    )
