import type { Deps } from '#core/service.ts'
import { dashboardOf } from '../domain/dashboard-of.ts'
import type { Explain } from '../domain/rule.ts'
import type { NoticeLink } from '../messages/notice.ts'
import type { Question } from './explanation.ts'

type Place = Pick<Deps, 'notify'>

/** The payments that were counted: the list with the rule's window and what else narrows it. */
export const paymentsLink = (
  { notify }: Place,
  { from, to, labels }: Pick<Question, 'from' | 'to' | 'labels'>,
  filter: Readonly<Record<string, string>>,
): NoticeLink => {
  const method = labels['method'] ?? 'card'
  const till = labels['till'] === undefined ? {} : { till_id: labels['till'] }
  const query = { ...filter, method, ...till, from: from.toISOString(), to: to.toISOString() }
  return {
    text: 'These payments',
    url: `${notify.publicUrl}/payments/dashboard/?${new URLSearchParams(query)}`,
  }
}

/** The Grafana dashboard that shows the same figures; none when no Grafana is set up. */
export const dashboardLinks = ({ notify }: Place, explain: Explain): NoticeLink[] =>
  notify.grafanaUrl === null
    ? []
    : [
        {
          text: 'Dashboard',
          url: `${notify.grafanaUrl}/d/${dashboardOf(explain)}`,
        },
      ]
