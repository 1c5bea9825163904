import type { Deps } from '#core/service.ts'
import { appendChainFile } from './chain-head.ts'
import { measureRun } from './execute-run.ts'
import type { Published } from './publish/publish.ts'
import type { Run } from './scope.ts'

/**
 * What follows the commit of a run: the chain's head outside the database, metrics, one line of log. The run is done whatever
 * happens here; throws when the head cannot be written, and then nothing more may be published before it is.
 */
export const concludeRun = async (
  deps: Deps,
  run: Pick<Run, 'id' | 'kind'>,
  published: Published,
  durationMs: number,
): Promise<void> => {
  const { summary, sealed } = published
  const links = sealed.map(({ seal, evidence, digest, evidenceDigest }) => ({
    seq: seal.seq,
    id: evidence.id,
    digest,
    evidenceDigest,
  }))
  await appendChainFile(deps.chainHeadFile, links)
  await measureRun(deps, summary)
  const ended = { kind: run.kind, result: 'succeeded' } as const
  deps.metrics.reconciliationRuns.inc(ended)
  deps.metrics.reconciliationRunDuration.observe(ended, durationMs / 1_000)
  if (run.kind === 'nightly')
    deps.metrics.taskRuns.inc({ task: 'nightly_reconciliation', result: 'succeeded' })
  const { from, to, matched, explained, posted, exceptions } = summary
  const { open, opened, healed } = exceptions
  const counts = { matched, explained, posted, open, opened, healed }
  const facts = { run: run.id, kind: run.kind, from, to, ...counts, duration_ms: durationMs }
  deps.log.info(facts, 'reconciled')
}
