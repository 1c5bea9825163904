import type { CheckedDashboard, ShownPanel } from './schema.ts'
import { shownPanels } from './schema.ts'

/** Something wrong with a dashboard, and where. */
export interface Finding {
  readonly dashboard: string
  /** Empty for what concerns the whole dashboard. */
  readonly panel: string
  readonly message: string
}

/** One thing asked of a dashboard. */
export type LintRule = (dashboard: CheckedDashboard) => Finding[]

/** A rule that is asked of each panel: what is wrong with it, if anything. */
export const perPanel =
  (ask: (panel: ShownPanel) => readonly (string | false)[]): LintRule =>
  (dashboard) =>
    shownPanels(dashboard).flatMap((panel) =>
      ask(panel)
        .filter((message) => message !== false)
        .map((message) => ({ dashboard: dashboard.uid, panel: panel.title || `panel ${panel.id}`, message })),
    )

/** A rule about the whole dashboard. */
export const perDashboard =
  (ask: (dashboard: CheckedDashboard) => readonly (string | false)[]): LintRule =>
  (dashboard) =>
    ask(dashboard)
      .filter((message) => message !== false)
      .map((message) => ({ dashboard: dashboard.uid, panel: '', message }))
