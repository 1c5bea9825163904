import { AUDIENCES } from '#core/contracts/audiences.ts'
import type { Deps } from '#core/service.ts'
import { gapsOf } from './addresses-of.ts'

/** Says in the log, once at the start, which audiences nobody stands behind; the rule OnCallGap says it to people. */
export const reportGaps = ({ shop, notify, log }: Pick<Deps, 'shop' | 'notify' | 'log'>): void => {
  const gaps = gapsOf(shop, notify, AUDIENCES)
  if (gaps.length > 0)
    log.warn({ gaps }, 'nobody stands behind these audiences: name them in shop.yaml (contacts)')
}
