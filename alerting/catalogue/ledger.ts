import type { AlertRule } from '../domain/rule.ts'
import { balanceMeasure, type BalanceReading } from '../measures/ledger/read-balance.ts'
import { counted, judged, MINUTE_MS, rule } from './rule-parts.ts'

const amountsInWords = ({ amounts }: BalanceReading): string =>
  amounts.map(({ currency, amount }) => `${currency.toUpperCase()} ${amount} minor units`).join(', ')

const imbalance = rule({
  name: 'LedgerImbalance',
  severity: 'critical',
  slo: 'ledger',
  component: 'ledger',
  tell: ['finance', 'on_call'],
  pages: true,
  measure: balanceMeasure,
  windowMs: 5 * MINUTE_MS,
  canBeSilenced: false,
  judge: (reading) => {
    const { entries, samples, isWhole } = reading
    return judged(
      // Before one whole round nothing was found, and nothing is proven either.
      entries > 0 ? true : isWhole ? false : 'too_few',
      { value: entries, line: 0 },
      {
        headline:
          entries === 0
            ? 'Every journal entry sums to zero'
            : `The ledger does not balance: ${counted(entries, 'journal entry', 'journal entries')} off by ${amountsInWords(reading)}`,
        value: entries === 0 ? 'balanced' : `off by ${amountsInWords(reading)}`,
        line: 'debits equal credits in every currency',
        window: 'new entries at once, the whole ledger round and round',
        ...(entries === 0 ? {} : { counted: counted(entries, 'journal entry', 'journal entries') }),
        more: samples.length === 0 ? [] : [{ name: 'Entries', value: samples.join(', ') }],
      },
    )
  },
  runbook: {
    title: 'Runbook section 5, Database Recovery: verify data integrity',
    steps: [
      'Stop whoever works in the database by hand: the platform itself cannot write such an entry.',
      'npx tillwatch verify lists every entry that is off; npx tillwatch certify says which certificates it touches.',
      'Keep the database logs and a copy of those rows, and call the security team: somebody has altered the books.',
      'Correct it by a new entry that names the wrong one, or restore from the last backup; never by changing rows.',
    ],
  },
  prometheus: { expr: 'max(abs(ledger_imbalance_minor)) > 0', for: '0s' },
})

/** Rows of the alert catalogue about the books. */
export const LEDGER_RULES: readonly AlertRule[] = [imbalance]
