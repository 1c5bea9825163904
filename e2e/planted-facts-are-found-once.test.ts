import { afterAll, expect, test } from 'vitest'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { OTHER_READINGS } from './planted/doubts.ts'
import { LEAST } from './planted/expectations.ts'
import { prove } from './planted/proof.ts'
import { faultsOf, tableOf, totalsOf } from './planted/table.ts'

const folder = await makeTempFolder()
afterAll(() => folder.remove())

const say = (line: string): void => void process.stderr.write(`${line}\n`)

test.each([
  [1, 'as Stripe is likely to be', {}],
  [2, 'when Stripe is the other way in all that its documents leave open', OTHER_READINGS],
])(
  'every planted fact is one exception of its category, and nothing else is (seed %i), %s',
  { timeout: 600_000 },
  async (seed, _how, doubts) => {
    const proof = await prove(seed, `${folder.path}/seed-${seed}`, doubts, say)
    say(tableOf([proof]))
    expect(faultsOf(proof)).toEqual([])
    for (const { category, planted, found } of totalsOf([proof])) {
      expect(planted, category).toBeGreaterThanOrEqual(LEAST[category as keyof typeof LEAST])
      expect(found, category).toBe(planted)
    }
    // Edits that only look wrong, beside hundreds of sales that do.
    const near = proof.stages.reduce((sum, { comparison }) => sum + comparison.nearMisses.planted, 0)
    expect(near).toBeGreaterThanOrEqual(100)
  },
)
