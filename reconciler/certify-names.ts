import type { CertifyFinding } from './certify-finding.ts'
import { byTimeAndId } from './domain/certificate.ts'
import { itemDigest, rowDigest } from './publish/seal.ts'
import type { StoredContent, WholeCertificate } from './publish/stored-certificates.ts'

interface Line {
  readonly position: number
  readonly name: string
  readonly digest: string
  readonly issued: string | null
  /** Stands before the line in front of it although it belongs after. */
  readonly misplaced: boolean
}

const linesOfRows = ({ content, rowDigests }: StoredContent): Line[] =>
  content.rows.map((row, at) => {
    const previous = content.rows[at - 1]
    return {
      position: row.position,
      name: row.id,
      digest: rowDigest(row),
      issued: rowDigests.get(row.position) ?? null,
      misplaced: previous !== undefined && byTimeAndId(previous, row) > 0,
    }
  })

const linesOfItems = ({ content, itemDigests }: StoredContent): Line[] =>
  content.outstanding.map((item) => ({
    position: item.position,
    name: `${item.account} ${item.object}`,
    digest: itemDigest(item),
    issued: itemDigests.get(item.position) ?? null,
    misplaced: false,
  }))

/** What is wrong with a numbered list of which `issued` lines were issued, in words. */
const faultsOf = (lines: readonly Line[], issued: number): string[] => {
  const last = lines.reduce((most, { position }) => Math.max(most, position), 0)
  const there = new Set(lines.map(({ position }) => position))
  const missing = Array.from({ length: last }, (_none, at) => at + 1).filter((at) => !there.has(at))
  return [
    ...lines
      .filter((line) => line.digest !== line.issued)
      .map((line) => `altered: ${line.name} (line ${line.position})`),
    ...missing.map((position) => `deleted: line ${position} of ${issued}`),
    ...lines
      .filter(({ position }) => position > issued || position < 1)
      .map((line) => `inserted: ${line.name} (line ${line.position})`),
    ...(last < issued ? [`truncated: ${last} of ${issued} lines are there`] : []),
    ...lines
      .filter(({ misplaced }) => misplaced)
      .map((line) => `reordered: ${line.name} (line ${line.position})`),
  ]
}

const countOf = (counts: unknown, name: string): number => {
  const value: unknown = typeof counts === 'object' && counts !== null ? Reflect.get(counts, name) : undefined
  return typeof value === 'number' ? value : 0
}

/**
 * Names the rows and outstanding items that are not as they were issued: altered, deleted, inserted, truncated, reordered. It
 * only points at them, by the short digests stored beside them; that something differs is what the content's digest proves.
 */
export const nameDifferences = (
  { id, counts }: Pick<WholeCertificate, 'id' | 'counts'>,
  own: StoredContent,
): CertifyFinding[] => [
  ...faultsOf(linesOfRows(own), countOf(counts, 'rows')).map((found) => ({
    certificate: id,
    what: 'rows' as const,
    expected: 'as issued',
    found,
  })),
  ...faultsOf(linesOfItems(own), countOf(counts, 'outstanding')).map((found) => ({
    certificate: id,
    what: 'items' as const,
    expected: 'as issued',
    found,
  })),
]
