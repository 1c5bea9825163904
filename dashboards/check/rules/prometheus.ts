import { perPanel } from '../finding.ts'

const WINDOW = /^(\$__rate_interval|\$__range|\d+[smhd])$/

/** `name{...}[window]` of each counter, with what stands before it. */
const problems = (expr: string): string[] => [
  ...[...expr.matchAll(/\[([^\]]*)\]/g)]
    .filter(([, window = '']) => !WINDOW.test(window))
    .map(([all]) => `the window ${all} is neither $__rate_interval nor fixed`),
  ...[...expr.matchAll(/(\w*\(?)\b([a-z_]+_total)\b(\{[^}]*\})?(\[)?/g)]
    .filter(([, before = '', , , window]) => !/^(rate|increase)\($/.test(before) || window === undefined)
    .map(([, , name = '']) => `the counter ${name} stands outside rate() and increase()`),
]

/** Counters only ever grow: what they grew by is shown, over a window that fits the shown range. */
export const prometheus = perPanel(({ targets }) =>
  targets.flatMap((target) => ('expr' in target ? problems(target.expr) : [])),
)
