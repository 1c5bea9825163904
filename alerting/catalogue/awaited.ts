import type { AwaitedRule } from '../domain/rule.ts'

/** Rows whose facts do not exist yet, with what brings them. */
export const AWAITED: readonly AwaitedRule[] = []
