import type { PageFacts } from '../page/page-facts.ts'

/** An answer of plain text. */
export const asText = (text: string) => ({
  status: 200,
  text,
  headers: { 'Content-Type': 'text/plain; charset=UTF-8' },
})

/** An answer of CSV that is kept as a file. */
export const asCsv = (text: string, name: string) => ({
  status: 200,
  text,
  headers: {
    'Content-Type': 'text/csv; charset=UTF-8',
    'Content-Disposition': `attachment; filename="${name}.csv"`,
  },
})

/** Stripe's words in it are not ours: whatever is no letter or digit stays out of a file's name. */
export const nameOf = ({ record }: PageFacts): string =>
  ['certificate', record.business_date, record.currency, record.balance_type, `v${record.version}`]
    .join('-')
    .replaceAll(/[^\w-]/g, '_')
