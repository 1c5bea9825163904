/** Series as `promtool test rules` writes them, one sample a minute: "0x5 1x10" is 0 six times, then 1 eleven times. */
export interface Scene {
  readonly series: Readonly<Record<string, string>>
  /** When it is looked at, minutes after the first sample. */
  readonly atMin: number
}

/** A rule shown to fire just over its line and to keep silent just under it; every figure is worked out by hand. */
export interface RuleCase {
  readonly rule: string
  readonly why: string
  readonly fires: Scene
  /** Labels that the alert takes from its series, beside the rule's own. */
  readonly labels?: Readonly<Record<string, string>>
  readonly silent: Scene
}

/** One series, or several, at a minute. */
export const scene = (atMin: number, series: Readonly<Record<string, string>>): Scene => ({ series, atMin })
