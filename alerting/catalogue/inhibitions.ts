import type { Inhibition } from '../domain/inhibit.ts'

/** Alerts that are not told while their cause is. */
export const INHIBITIONS: readonly Inhibition[] = []
