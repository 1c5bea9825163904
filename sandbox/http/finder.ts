import type { Call } from './answer.ts'
import { showDeleted } from '../resources/customers.ts'
import type { Finder } from './expand.ts'

/** Finds what `expand` asks for: the call's own writes first, edits applied. */
export const makeFinder = ({ unit, view }: Call): Finder => ({
  find: (kind, id) => {
    const object = unit.get(kind, id)
    if (object && 'deleted' in object) return showDeleted(object)
    if (!object) return view.find(kind, id, unit.at_ms)
    return view.isHidden(object) ? undefined : view.show(object, unit.at_ms)
  },
  list: (owner, field) => {
    if (owner.object !== 'charge' || field !== 'refunds') return undefined
    const refunds = view
      .where('refund', 'charge', owner.id, unit.at_ms)
      .filter((refund) => !view.isHidden(refund))
    const data = refunds.map((refund) => view.show(refund, unit.at_ms)).reverse()
    return { object: 'list', data, has_more: false, url: `/v1/charges/${owner.id}/refunds` }
  },
})
