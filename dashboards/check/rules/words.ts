import { perPanel } from '../finding.ts'

/** A reader must know what a number is. */
export const words = perPanel(({ title, description, fieldConfig }) => [
  title === '' && 'has no title',
  (description ?? '').length < 10 && 'has no description',
  (fieldConfig.defaults.unit ?? '') === '' && 'has no unit',
])
