import { perPanel } from '../finding.ts'

/** A number in a coloured tile needs the values at which it changes colour; a bar for each row needs every row. */
export const colours = perPanel(({ type, options, fieldConfig }) => [
  type === 'stat' &&
    options['colorMode'] === 'background' &&
    fieldConfig.defaults.thresholds.steps.length < 2 &&
    'is coloured but has no thresholds',
  fieldConfig.defaults.thresholds.steps[0]?.value !== null && 'its first threshold has a value',
  type === 'bargauge' &&
    (options['reduceOptions'] as { readonly values?: boolean }).values !== true &&
    'shows one bar of many rows: reduceOptions.values must be set',
])
