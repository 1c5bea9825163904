import type { Audience } from '#core/contracts/audiences.ts'
import type { Measure, Reading } from '../../domain/rule.ts'
import { gapsOf, type Gap } from '../../people/addresses-of.ts'

export interface GapsReading extends Reading {
  readonly gaps: readonly Gap[]
  /** Audiences that the catalogue tells. */
  readonly told: number
}

/** Audiences of `told` that nobody stands behind, as shop.yaml and the configuration of this process say. */
export const gapsMeasure = (told: () => readonly Audience[]): Measure<GapsReading> => ({
  name: 'contact_gaps',
  from: 'probe',
  read: async ({ shop, notify }) => {
    const audiences = [...new Set(told())]
    return Promise.resolve([{ labels: {}, gaps: gapsOf(shop, notify, audiences), told: audiences.length }])
  },
})
