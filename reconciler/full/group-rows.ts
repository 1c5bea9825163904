import { toDifference, type Difference, type SideRow } from './differences.ts'
import type { SideName } from './sides.ts'

/** Rows of one side as the comparison reads them: each of them in one text (`wholeOf`). */
export interface SideRows {
  readonly side: SideName
  readonly wholes: readonly string[]
}

interface Read {
  readonly key: string
  readonly hash: string
  readonly row: SideRow
}

/** Takes the text apart again, in the order in which `wholeOf` puts it together. By index: destructuring takes twice the time. */
const readWhole = (whole: string): Read => {
  const texts = JSON.parse(whole) as readonly string[]
  const row = {
    object: texts[1] ?? '',
    currency: texts[2] ?? '',
    amount: BigInt(texts[3] ?? 0),
    fee: BigInt(texts[4] ?? 0),
    net: BigInt(texts[5] ?? 0),
    created: texts[6] ?? '',
    business_date: texts[7] ?? '',
    ref: texts[8] ?? '',
  }
  return { key: texts[0] ?? '', hash: texts[9] ?? '', row }
}

type Sides = Readonly<Record<SideName, Read[]>>

const byKeys = (given: readonly SideRows[]): Map<string, Sides> => {
  const keys = new Map<string, Sides>()
  for (const { side, wholes } of given)
    for (const read of wholes.map(readWhole)) {
      const sides = keys.get(read.key) ?? { stripe: [], ledger: [] }
      sides[side].push(read)
      keys.set(read.key, sides)
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
export const groupRows = (given: readonly SideRows[]): Difference[] =>
  [...byKeys(given)]
    .filter(([, sides]) => differs(sides))
    .map(([key, { stripe, ledger }]) =>
      toDifference({
        key,
        counts: { stripe: stripe.length, ledger: ledger.length },
        stripe: firstOf(stripe),
        ledger: firstOf(ledger),
      }),
    )
